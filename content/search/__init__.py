"""Finding: an index of all that may be studied or read, in Indonesian, the same on both databases."""
