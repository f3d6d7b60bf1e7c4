"""One change for many records: what is asked, what it would do, its run batch by batch, and the way back."""
