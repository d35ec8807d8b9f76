"""Documents: finding them, changing what is said of them, putting them away."""
