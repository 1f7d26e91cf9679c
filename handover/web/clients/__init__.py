"""Pages about clients and contacts: what several apps know of one person, put together."""
