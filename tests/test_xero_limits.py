"""Xero's limits, as all processes keep them together."""

from contextlib import ExitStack

import pytest

from handover.accounts.models import Workspace
from handover.xero.allowance import AT_ONCE, Allowance, forget_calls
from handover.xero.problems import Interrupted, Later

pytestmark = pytest.mark.usefixtures("clean_tables")


def test_what_is_beyond_a_minutes_allowance_waits_until_the_first_is_a_minute_old(
    workspace: Workspace,
) -> None:
    waits: list[float] = []

    def pause(seconds: float) -> bool:
        waits.append(seconds)
        return True

    told: list[float] = []
    for _ in range(2):  # whoever asks: each has an allowance object of its own
        with Allowance("org", minute=2, day=0).request():
            pass
    third = Allowance("org", minute=2, day=0, on_wait=told.append, pause=pause)
    with pytest.raises(Interrupted), third.request():
        raise AssertionError
    assert waits == told
    assert 50 < waits[0] <= 61
    with Allowance("another", minute=2, day=0).request():
        pass


def test_beyond_a_days_allowance_the_work_is_put_off(workspace: Workspace) -> None:
    with Allowance("org", minute=0, day=1).request():
        pass
    with pytest.raises(Later) as put_off, Allowance("org", minute=0, day=1).request():
        raise AssertionError
    assert put_off.value.seconds > 80_000
    assert forget_calls() == 0


def test_no_more_than_five_are_under_way_at_once(workspace: Workspace) -> None:
    with ExitStack() as under_way:
        for _ in range(AT_ONCE):
            under_way.enter_context(Allowance("org", minute=60, day=0).request())
        sixth = Allowance("org", minute=60, day=0, pause=lambda _: True)
        with pytest.raises(Interrupted), sixth.request():
            raise AssertionError
    with sixth.request():
        pass


def test_when_xero_says_wait_everybody_does(workspace: Workspace) -> None:
    Allowance("org", minute=60, day=0).hold(0)  # nobody has asked yet: nothing to hold
    with Allowance("org", minute=60, day=0).request():
        pass
    Allowance("org", minute=60, day=0).hold(3600)
    with pytest.raises(Later), Allowance("org", minute=60, day=0).request():
        raise AssertionError
