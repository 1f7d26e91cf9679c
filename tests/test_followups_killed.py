"""`kill -9` of a process in the midst of asking: nobody is forgotten, nobody is asked twice.

Each process is a real one. A lock of the test holds it where it is to die.
"""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from django.utils import timezone
from pytest_django import Settings

from handover.accounts.models import Workspace
from handover.communications.models import Communication
from handover.core.postgres import EmbeddedPostgres
from handover.core.tenancy import acting_in
from handover.followups import sweeps
from handover.followups.models import FollowUp
from handover.messaging.models import MessageState, OutgoingMessage
from handover.messaging.tests.post_office import PostOffice, open_post_office
from tests import starting
from tests.owing import a_debtor, a_rule, an_invoice, at_any_hour, letters, rounds, states

LONGEST = 30.0
DEBTORS = 3


@pytest.fixture
def office(workspace: Workspace, settings: Settings) -> Iterator[PostOffice]:
    """A practice that is owed three invoices, each at a step, and where its letters arrive."""
    with acting_in(workspace.pk):
        at_any_hour(workspace)
        a_rule(workspace)
        for number in range(DEBTORS):
            an_invoice(a_debtor(workspace, f"Debtor{number}"))
    with open_post_office() as opened:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", opened.port
        yield opened


Begin = Callable[[], starting.Started]


@pytest.fixture
def a_round(postgres: EmbeddedPostgres, office: PostOffice, tmp_path: Path) -> Begin:
    """Begins what a worker does once, as a process of its own."""
    mail = {"HANDOVER_MAIL": f"smtp://127.0.0.1:{office.port}", "HANDOVER_HOME": str(tmp_path)}
    words = [postgres.owner_url, postgres.app_url]
    return lambda: starting.start("tests.a_round", words, os.environ | mail)


HELD = "SELECT pid FROM pg_locks WHERE NOT granted"
THERE = "SELECT FROM pg_stat_activity WHERE pid = %s"


def kill_where_held(server: psycopg.Connection[tuple[int]], dying: starting.Started) -> int:
    """Kill it as soon as it stands at a lock; the number of its connection, which stands there."""
    latest = time.monotonic() + LONGEST
    while (held := server.execute(HELD).fetchone()) is None:
        assert time.monotonic() < latest
        assert dying.poll() is None
        time.sleep(0.02)
    dying.kill()
    dying.wait(LONGEST)
    return held[0]


def wait_for_end(server: psycopg.Connection[tuple[int]], number: int) -> None:
    """Once it may go on, the connection of whoever was killed finds that nobody is there."""
    latest = time.monotonic() + LONGEST
    while server.execute(THERE, [number]).fetchone() is not None:
        assert time.monotonic() < latest
        time.sleep(0.02)


@pytest.fixture
def watching(postgres: EmbeddedPostgres) -> Iterator[psycopg.Connection[tuple[int]]]:
    with psycopg.connect(postgres.superuser_url, autocommit=True) as server:
        yield server


#: Where who posts the first letter is held, and how many letters there are once they are dead:
#: at the letter itself; and within COMMIT, which looks at the workspace and then happens.
HOLDS: dict[LiteralString, int] = {
    "LOCK messaging_outgoingmessage IN SHARE MODE": 0,
    "SELECT FROM accounts_workspace FOR UPDATE": 1,
}


@pytest.mark.parametrize("held_at", HOLDS, ids=["at the letter", "within COMMIT"])
def test_who_is_killed_while_posting_has_posted_whole_or_not_at_all_and_none_is_missing(
    postgres: EmbeddedPostgres,
    watching: psycopg.Connection[tuple[int]],
    office: PostOffice,
    a_round: Begin,
    held_at: LiteralString,
) -> None:
    sweeps.plan_by_rules()
    with psycopg.connect(postgres.superuser_url) as holding:
        holding.execute(held_at)
        number = kill_where_held(watching, a_round())
    wait_for_end(watching, number)
    assert [state for state, _reason in states()].count("posted") == len(letters())
    assert len(letters()) == HOLDS[held_at]
    rounds()
    assert sorted(each["To"] for each in office.letters) == sorted(
        f"debtor{number}@home.example" for number in range(DEBTORS)
    )
    assert Counter(states()) == {("sent", ""): DEBTORS}


def test_who_is_killed_after_the_server_took_an_e_mail_leaves_one_in_doubt_and_no_other(
    postgres: EmbeddedPostgres,
    watching: psycopg.Connection[tuple[int]],
    office: PostOffice,
    workspace: Workspace,
    a_round: Begin,
) -> None:
    """The second of three: it goes once more under its own name, as decision 17 has it."""
    with psycopg.connect(postgres.superuser_url) as server:

        def hold_what_is_being_sent() -> None:
            if len(office.letters) == 2:
                server.execute("SELECT FROM messaging_outgoingmessage FOR UPDATE")

        office.on_letter = hold_what_is_being_sent
        number = kill_where_held(watching, a_round())
        server.rollback()
    wait_for_end(watching, number)
    office.on_letter = lambda: None
    assert Counter(each.state for each in letters()) == {"sent": 1, "sending": 1, "waiting": 1}
    rounds()
    assert len(office.letters) == DEBTORS
    its_time_is_up()
    rounds()
    names = [each["Message-ID"] for each in office.letters]
    assert sorted(Counter(names).values()) == [1, 1, 2]
    assert names[1] == names[3]
    assert Counter(states()) == {("sent", ""): DEBTORS}
    with acting_in(workspace.pk):
        assert FollowUp.objects.count() == Communication.objects.count() == DEBTORS


def its_time_is_up() -> None:
    OutgoingMessage.objects.using("owner").filter(state=MessageState.SENDING).update(
        next_attempt_at=timezone.now()
    )
