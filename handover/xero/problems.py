"""What can come between us and Xero; each says what is to be done about it."""


class XeroProblem(Exception):
    """Something that a person is told in these words."""


class NotConnected(XeroProblem):
    """Nobody has connected Xero, or the consent is gone: it has to be given again."""


class Refused(XeroProblem):
    """Xero has understood, and says no: asking again would not help."""


class AppUnknown(Refused):
    """The installation's own credentials are wrong; the practice's consent may be good."""


class Later(XeroProblem):
    """Not now: a limit is reached, or Xero is away. Try again after `seconds`."""

    def __init__(self, words: str, seconds: float) -> None:
        super().__init__(words)
        self.seconds = seconds


class Unsure(Later):
    """Something was sent, and no answer came: it may have been done. Look before sending again."""


class Interrupted(Exception):  # it is no error
    """This process is to end: others go on."""
