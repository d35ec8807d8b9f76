"""Care teams: finding who is on them, and changing it."""
