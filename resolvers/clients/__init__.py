"""Clients: finding, creating and changing their files."""
