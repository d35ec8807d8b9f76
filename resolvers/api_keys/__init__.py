"""API keys: finding, making and revoking them."""
