"""`make demo`: a whole move on one machine, from nothing to the report."""
