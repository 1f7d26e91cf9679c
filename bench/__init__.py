"""What the claims about speed rest on; see bench/README.md."""
