"""Pages for what is written and kept about a client: progress notes, forms, files, templates."""
