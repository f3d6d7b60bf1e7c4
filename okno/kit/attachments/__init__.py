"""Files of records: who may read, add and drop them is decided by the record."""
