"""Pages of the import tool: the list, how a run goes on, its result, putting right, deleting."""
