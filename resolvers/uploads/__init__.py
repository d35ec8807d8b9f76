"""Uploads: bytes on their way to becoming documents."""
