"""Webhooks: other systems are told of events by signed POST requests, with retries and a log."""
