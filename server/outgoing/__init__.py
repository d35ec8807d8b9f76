"""What leaves the house: adapters behind protocols that the features declare."""
