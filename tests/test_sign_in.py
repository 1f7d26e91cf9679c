"""Signing up, in and out: by password, code and second step; how long it lasts."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.messages import get_messages
from django.test import Client as Browser
from django.utils import timezone

from handover.accounts.models import Account, AuditEntry, Role, User, Workspace
from handover.core.tenancy import acting_in
from tests.people import PASSWORD, Person, a_person, an_account, signed_in
from tests.post import Postbox

pytestmark = pytest.mark.usefixtures("clean_tables")
ANN = "ann@practice.example"
SIGN_UP = {
    "practice": "Perth Physio",
    "first_name": "Ann",
    "last_name": "Lee",
    "email": ANN,
    "password1": PASSWORD,
}


def sign_in(email: str, password: str = PASSWORD, browser: Browser | None = None) -> Any:  # noqa: ANN401  # Django's own answer
    return (browser or Browser()).post("/sign-in/", {"login": email, "password": password})


def actions(workspace: Workspace) -> list[str]:
    with acting_in(workspace.pk):
        return list(AuditEntry.objects.order_by("id").values_list("action", flat=True))


def test_a_stranger_becomes_the_owner_of_a_workspace_by_a_code_from_a_letter(post: Postbox) -> None:
    browser = Browser()
    answer = browser.post("/sign-up/", SIGN_UP)
    assert answer.headers["Location"] == "/confirm/"
    assert browser.get("/").headers["Location"].startswith("/sign-in/"), (
        "not before it is confirmed"
    )
    assert "Incorrect code" in browser.post("/confirm/", {"code": "ABC-DEF"}).text
    answer = browser.post("/confirm/", {"code": post.code(ANN)}, follow=True)
    assert "Welcome, Ann" in answer.text
    account = Account.objects.get(email=ANN)
    assert account.password.startswith("argon2$argon2id$")
    (workspace,) = Workspace.objects.using("owner").all()
    with acting_in(workspace.pk):
        assert [(u.role, u.account_id) for u in User.objects.all()] == [("owner", account.pk)]


def test_whoever_signs_up_with_a_known_address_learns_nothing_and_its_owner_is_told(
    post: Postbox, workspace: Workspace
) -> None:
    an_account(ANN)
    known, new = Browser().post("/sign-up/", SIGN_UP), Browser()
    unknown = new.post("/sign-up/", {**SIGN_UP, "email": "new@practice.example"})
    assert (known.status_code, known.headers["Location"]) == (
        unknown.status_code,
        unknown.headers["Location"],
    )
    assert "already" in post.last(ANN)
    assert [each.name for each in Workspace.objects.using("owner").order_by("pk")] == [
        workspace.name,
        "Perth Physio",
    ], "the known one has made none"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(workspace: Workspace) -> None:
    person = a_person(workspace, Role.OWNER, PASSWORD)
    email = person.account.email
    wrong, unknown = sign_in(email, "wrong wrong wrong"), sign_in("nobody@practice.example")
    assert wrong.context["form"].errors == unknown.context["form"].errors
    assert wrong.context["form"].errors
    assert actions(workspace)[-1] == "sign_in_failed"
    assert sign_in(email.upper()).status_code == 302, "capitals do not matter in an address"
    assert actions(workspace)[-1] == "signed_in"


def test_guessing_is_stopped_after_five_attempts_even_with_the_right_one(
    workspace: Workspace,
) -> None:
    email = a_person(workspace, Role.OWNER, PASSWORD).account.email
    for _ in range(5):
        sign_in(email, "wrong wrong wrong")
    assert "Too many failed" in sign_in(email).text


def test_a_forgotten_password_is_set_anew_by_a_letter_that_works_once(
    post: Postbox, workspace: Workspace
) -> None:
    email = a_person(workspace, Role.OWNER, "the old password 123").account.email
    for address in (email, "nobody@practice.example"):
        answer = Browser().post("/password/forgotten/", {"email": address})
        assert answer.headers["Location"] == "/password/sent/", "the same for both"
    link, browser = post.link(email), Browser()
    form = browser.get(link).headers["Location"]
    browser.post(form, {"password1": PASSWORD, "password2": PASSWORD})
    assert sign_in(email).status_code == 302
    assert "security_changed" in actions(workspace)
    assert (
        "no longer" in Browser().get(link, follow=True).text
        or "invalid" in Browser().get(link, follow=True).text
    )


def test_a_session_ends_after_half_an_hour_without_activity(workspace: Workspace) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        browser = a_person(workspace, Role.OWNER).browser
        for _ in range(3):
            clock.shift(timedelta(minutes=29))
            assert browser.get("/").status_code == 200
        clock.shift(timedelta(minutes=31))
        answer = browser.get("/settings/users/")
        assert answer.headers["Location"] == "/sign-in/?next=/settings/users/"
        assert [str(each) for each in get_messages(answer.wsgi_request)] == [
            "You were signed out because nothing happened for 30 minutes."
        ]


def test_a_session_ends_after_twelve_hours_whatever_happens(workspace: Workspace) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        browser = a_person(workspace, Role.OWNER).browser
        for minutes in (0, 25, 25):  # the clock is put on in between, as if they had worked on
            clock.shift(timedelta(minutes=minutes))
            assert browser.get("/").status_code == 200
        session = browser.session
        session["began_at"] -= 11 * 3600 + 10 * 60 + 1
        session.save()
        assert browser.get("/").status_code == 302


def test_what_matters_most_asks_again_who_it_is_after_a_quarter_of_an_hour(
    workspace: Workspace,
) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        browser = a_person(workspace, Role.OWNER, PASSWORD).browser
        assert browser.get("/settings/users/invite/").status_code == 200
        clock.shift(timedelta(minutes=16))
        answer = browser.get("/settings/users/invite/")
        assert answer.headers["Location"] == "/again/?next=%2Fsettings%2Fusers%2Finvite%2F"
        refused = browser.post("/settings/users/invite/", {"email": "secret@practice.example"})
        assert refused.headers["Location"].startswith("/again/")
        assert "secret" not in str(dict(browser.session.items())), "what was sent is not kept"
        assert browser.post(answer.headers["Location"], {"password": "wrong"}).status_code == 200
        back = browser.post(answer.headers["Location"], {"password": PASSWORD})
        assert back.headers["Location"] == "/settings/users/invite/"
        assert browser.get("/settings/users/invite/").status_code == 200


def code_of(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


def with_an_app(person: Person) -> str:
    """Set up an authenticator app in the browser; returns its secret."""
    person.browser.post("/again/", {"password": PASSWORD})
    page = person.browser.get("/settings/second-step/app/")
    secret = str(page.context["form"].secret)
    person.browser.post("/settings/second-step/app/", {"code": code_of(secret)})
    return secret


def test_a_second_step_is_asked_for_and_its_secret_is_not_readable_in_the_database(
    post: Postbox, workspace: Workspace
) -> None:
    person = a_person(workspace, Role.OWNER, PASSWORD)
    secret = with_an_app(person)
    stored = Authenticator.objects.get(user=person.account, type="totp")
    assert secret not in str(stored.data)
    browser = Browser()
    assert sign_in(person.account.email, browser=browser).headers["Location"] == "/second-step/"
    assert browser.get("/").headers["Location"].startswith("/sign-in/")
    assert browser.post("/second-step/", {"code": "000000"}).status_code == 200
    assert actions(workspace)[-1] == "sign_in_failed"
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):  # a code is good only once
        browser.post("/second-step/", {"code": code_of(secret)})
        assert browser.get("/").status_code == 200


def test_a_recovery_code_lets_somebody_in_once(post: Postbox, workspace: Workspace) -> None:
    person = a_person(workspace, Role.OWNER, PASSWORD)
    with_an_app(person)
    made = Authenticator.objects.get(user=person.account, type="recovery_codes")
    code = made.wrap().get_unused_codes()[0]
    for expected in (302, 200):
        browser = Browser()
        sign_in(person.account.email, browser=browser)
        assert browser.post("/second-step/", {"code": code}).status_code == expected


def test_somebody_sees_their_sessions_and_ends_the_others(workspace: Workspace) -> None:
    here = a_person(workspace, Role.OWNER)
    there = signed_in(here.account, workspace)
    for browser in (here.browser, there):
        assert browser.get("/").status_code == 200
    page = here.browser.get("/settings/sessions/").text
    assert page.count("127.0.0.1") == 2
    here.browser.post("/settings/sessions/")
    assert there.get("/").status_code == 302
    assert here.browser.get("/").status_code == 200


def test_signing_out_is_a_button_and_ends_the_session(workspace: Workspace) -> None:
    person = a_person(workspace, Role.OWNER)
    assert person.browser.get("/sign-out/").status_code == 200
    person.browser.post("/sign-out/")
    assert person.browser.get("/").status_code == 302
    assert actions(workspace)[-1] == "signed_out"


def test_a_letter_that_cannot_be_sent_is_said_and_breaks_nothing(settings: Any) -> None:  # noqa: ANN401
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    answer = Browser().post("/sign-up/", SIGN_UP, follow=True)
    assert "The letter could not be sent" in answer.text


def test_sign_up_can_be_closed(settings: Any) -> None:  # noqa: ANN401
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, sign_up=False)
    assert Browser().post("/sign-up/", SIGN_UP).status_code == 200
    assert not Account.objects.exists()
    assert "Open a workspace for your practice" not in Browser().get("/sign-in/").text
