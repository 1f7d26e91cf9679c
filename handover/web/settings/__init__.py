"""Settings: what a practice says of itself, and the lists that its pages choose from."""
