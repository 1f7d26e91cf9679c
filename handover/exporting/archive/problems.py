"""What can go wrong when an archive is written."""


class CannotExport(Exception):
    """The archive cannot be written; the text says why and what to do."""
