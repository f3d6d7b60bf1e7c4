"""CommerceML 2 and 3: the streaming reader, the meaning of documents, the writer of orders, schema checks."""
