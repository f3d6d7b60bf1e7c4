"""Communications: mail and other channels through which clients write to us and we to them."""
