"""What is shipped to begin with."""
