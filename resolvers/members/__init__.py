"""Members: finding them, changing what they are here, and ending their work here."""
