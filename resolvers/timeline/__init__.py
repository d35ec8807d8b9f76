"""The timeline: finding what stands on it, adding to it, following it live."""
