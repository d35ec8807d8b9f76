"""Tags: the list of them, and which clients have them."""
