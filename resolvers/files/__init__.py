"""Files as a whole: the stores they are kept in, moving them from one to another, and whether all are there."""
