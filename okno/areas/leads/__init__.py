"""Enquiries from any channel, their queues and deadlines."""
