"""Rows: their shapes, the questions asked of them, and how they are read and migrated."""
