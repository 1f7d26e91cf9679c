"""Why something cannot be done with money: told to whoever asked."""


class Refused(Exception):
    """It cannot be done; the text says why, for people."""
