"""Pages are answered in the words of their workspace: see `accounts/words.py`."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from handover.accounts.words import CLIENT, said_with, speaking, word_of_workspace

Next = Callable[[HttpRequest], HttpResponse]


class InOurWords:
    """Answer each request of a workspace in its words."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Ask for the word once; nothing is to do for *client*."""
        word = word_of_workspace() if hasattr(request, "member") else CLIENT
        if word == CLIENT:
            return self.get_response(request)
        with speaking(said_with(word)):
            return self.get_response(request)
