"""Bytes of documents: one promise, kept by a folder, a bucket, or memory."""
