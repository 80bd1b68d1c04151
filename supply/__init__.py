"""What showonce is made of: which packages and files of others are used, and whether faults are known in them."""
