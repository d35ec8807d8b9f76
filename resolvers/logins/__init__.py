"""Logins: passwords and addresses, and the letters about them."""
