"""How many questions a page asks of the database."""

from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

OK = 200


def questions(browser: Browser, path: str, **asked: str) -> int:
    """How many queries a page takes that was shown once before.

    What is noted with a session's first request, made with a practice's first look at its
    settings, or looked up once for all, is asked before the counting: a sentence about a page
    must not depend on which sentences came before it.
    """
    assert browser.get(path, asked).status_code == OK, path
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(path, asked).status_code == OK, path
    return len([each for each in seen.captured_queries if "auditentry" not in each["sql"]])
