"""What is kept: rows in a database, bytes in files."""
