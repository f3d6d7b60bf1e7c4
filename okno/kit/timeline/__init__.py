"""The feed of every record: entries that commands write, read page by page under the reader's rights."""
