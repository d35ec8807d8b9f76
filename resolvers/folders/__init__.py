"""Folders: finding them, and changing the tree."""
