"""Notes: finding, writing and putting them away."""
