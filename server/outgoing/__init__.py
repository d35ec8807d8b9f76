"""Adapters to what is outside: each answers a protocol that the feature which needs it declares."""
