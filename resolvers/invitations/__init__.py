"""Invitations to work for the practice: finding, changing and accepting them, and the letters that carry them."""
