"""Files about clients: what they are, and where their bytes lie."""
