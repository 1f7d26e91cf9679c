"""Mail goes once, through a real server, whatever that does meanwhile."""

import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import LazySettings
from django.db import connections, transaction
from django.utils import timezone

from conftest import Emptying, a_workspace
from handover.accounts.models import Workspace
from handover.core.tenancy import acting_in
from handover.messaging.delivery import GIVES_UP_AFTER, LEASE, deliver_due, pause_after
from handover.messaging.models import MessageState, OutgoingMessage
from handover.messaging.outbox import BadAddress, post
from handover.messaging.smtp import greeted
from handover.messaging.tests.post_office import PostOffice, open_post_office

TO = "owner@practice.example"


@pytest.fixture(scope="module")
def place(emptying: Emptying) -> Iterator[Workspace]:
    """One workspace for all of these: emptying every table takes longer than most of them."""
    with emptying():
        yield a_workspace("Test practice")


@pytest.fixture
def workspace(place: Workspace) -> Iterator[Workspace]:
    yield place
    OutgoingMessage.objects.using("owner").all().delete()


@pytest.fixture
def office(settings: LazySettings) -> Iterator[PostOffice]:
    with open_post_office() as office:
        deliver_to(settings, office)
        yield office


def deliver_to(settings: LazySettings, office: PostOffice) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
    settings.DEFAULT_FROM_EMAIL = "handover@sender.example"
    settings.EMAIL_TIMEOUT = 5


def posted(workspace: Workspace, key: str = "a", to: str = TO) -> bool:
    with acting_in(workspace.pk):
        return post(
            workspace.pk, to=to, subject="Import 1\nis done", text="Fertig: ü\n", html="<p>ü</p>",
            key=key,
        )  # fmt: skip


def only_one() -> OutgoingMessage:
    return OutgoingMessage.objects.using("owner").get()


def made_due() -> None:
    """As if the time had come."""
    OutgoingMessage.objects.using("owner").update(next_attempt_at=timezone.now())


def test_a_message_goes_once_as_text_and_html_and_is_never_sent_again(
    workspace: Workspace, office: PostOffice
) -> None:
    assert posted(workspace)
    assert not posted(workspace), "one for each occasion"
    assert deliver_due() == 1
    made_due()
    assert deliver_due() == 0
    (letter,) = office.letters
    assert (letter["To"], letter["Subject"]) == (TO, "Import 1 is done")
    assert (letter["From"], letter["Auto-Submitted"]) == (
        "handover@sender.example",
        "auto-generated",
    )
    assert letter["Message-ID"] == only_one().message_id
    assert letter["Message-ID"].endswith("@sender.example>")
    assert [part.get_content_type() for part in letter.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert "ü" in letter.get_body().get_content()  # type: ignore[attr-defined]  # of its policy
    sent = only_one()
    assert (sent.state, sent.attempts, sent.last_error) == ("sent", 1, "")
    assert sent.sent_at is not None


def test_what_is_not_committed_is_not_sent(workspace: Workspace, office: PostOffice) -> None:
    with acting_in(workspace.pk):
        post(workspace.pk, to=TO, subject="x", text="x", key="x")
        transaction.set_rollback(True)
    assert deliver_due() == 0
    with transaction.atomic(), pytest.raises(RuntimeError, match="within a transaction"):
        deliver_due()
    assert office.letters == []


@pytest.mark.parametrize("wrong", ["", "nobody", "a@b", "a@b.example\nBcc: c@d.example", "a b@c.d"])
def test_an_address_that_is_none_is_refused_when_it_is_posted(
    workspace: Workspace, wrong: str
) -> None:
    with pytest.raises(BadAddress):
        posted(workspace, to=wrong)


def test_without_a_server_messages_are_kept(workspace: Workspace, settings: LazySettings) -> None:
    settings.EMAIL_HOST = ""
    posted(workspace)
    assert deliver_due() == 0
    assert (only_one().state, only_one().attempts) == ("waiting", 0)


# what goes wrong for a while


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("451 4.7.1 owner@practice.example: come back later", "try again later (451 4.7.1)"),
        ("421 closing down", "try again later (421)"),
        ("drop", "broke the connection off"),
    ],
)
def test_a_passing_trouble_is_tried_again_later_under_the_same_name(
    workspace: Workspace, office: PostOffice, fault: str, told: str
) -> None:
    office.faults.append(fault)
    posted(workspace)
    assert deliver_due() == 0
    waiting = only_one()
    assert (waiting.state, waiting.attempts) == ("waiting", 1)
    assert told in waiting.last_error
    assert "@" not in waiting.last_error
    assert timedelta(seconds=50) < waiting.next_attempt_at - timezone.now() < timedelta(minutes=2)
    assert deliver_due() == 0, "it is not due yet"
    made_due()
    assert deliver_due() == 1
    assert [each["Message-ID"] for each in office.letters] == [waiting.message_id]
    assert (only_one().state, only_one().attempts, only_one().last_error) == ("sent", 2, "")


def test_a_server_that_does_not_answer_in_time_is_asked_again(
    workspace: Workspace, office: PostOffice, settings: LazySettings
) -> None:
    settings.EMAIL_TIMEOUT = 0.2
    office.faults.append("slow")
    posted(workspace)
    assert deliver_due() == 0
    assert only_one().state == "waiting"
    settings.EMAIL_TIMEOUT = 5
    made_due()
    assert deliver_due() == 1


def test_while_the_server_is_away_it_is_asked_for_one_message_of_many(
    workspace: Workspace, office: PostOffice, settings: LazySettings
) -> None:
    for key in "abc":
        posted(workspace, key)
    settings.EMAIL_PORT = 1
    assert deliver_due() == 0
    tried = OutgoingMessage.objects.using("owner").filter(attempts=1)
    assert [each.last_error for each in tried] == [
        "the mail server cannot be reached: Connection refused"
    ]
    settings.EMAIL_PORT = office.port
    assert deliver_due() == 2
    made_due()
    assert deliver_due() == 1


def test_pauses_grow_and_end_at_four_hours() -> None:
    minutes = [pause_after(n) // timedelta(minutes=1) for n in (1, 2, 3, 4, 5, 6, 1000)]
    assert minutes == [1, 4, 16, 64, 240, 240, 240]


def test_a_message_that_nobody_took_for_three_days_is_given_up(
    workspace: Workspace, office: PostOffice
) -> None:
    posted(workspace)
    old = timezone.now() - GIVES_UP_AFTER - timedelta(minutes=1)
    OutgoingMessage.objects.using("owner").update(created_at=old)
    assert deliver_due() == 0
    assert (only_one().state, office.letters) == ("failed", [])
    assert "more than three days" in only_one().last_error


# what is final


@pytest.mark.parametrize("at_rcpt", [True, False])
def test_a_refusal_is_final_and_told_without_the_servers_words(
    workspace: Workspace, office: PostOffice, at_rcpt: bool
) -> None:
    answers = office.at_rcpt if at_rcpt else office.faults
    answers.append("550 5.1.1 owner@practice.example is nobody here")
    posted(workspace)
    posted(workspace, "b")
    assert deliver_due() == 1, "the next one is none the worse for it"
    made_due()
    assert deliver_due() == 0
    failed = OutgoingMessage.objects.using("owner").get(key="a")
    assert (failed.state, failed.attempts) == ("failed", 1)
    assert failed.last_error == "the mail server refused the message (550 5.1.1)"


# crashes, and others at work


def test_whoever_died_over_a_message_is_waited_for_and_then_it_goes_once_more(
    workspace: Workspace, office: PostOffice
) -> None:
    posted(workspace)
    busy_until = timezone.now() + LEASE
    mine = OutgoingMessage.objects.using("owner")
    mine.update(state=MessageState.SENDING, attempts=1, next_attempt_at=busy_until)
    assert deliver_due() == 0
    made_due()
    assert deliver_due() == 1
    assert office.letters[0]["Message-ID"] == only_one().message_id
    assert (only_one().state, only_one().attempts) == ("sent", 2)


def test_a_message_is_marked_before_the_server_hears_of_it(
    workspace: Workspace, office: PostOffice
) -> None:
    seen: list[str] = []
    office.on_letter = lambda: seen.append(only_one().state)
    posted(workspace)
    deliver_due()
    assert seen == ["sending"]


def test_who_comes_back_late_does_not_undo_what_another_has_noted(
    workspace: Workspace, office: PostOffice
) -> None:
    posted(workspace)

    def overtaken() -> None:
        OutgoingMessage.objects.using("owner").update(state="failed", attempts=2)

    office.on_letter = overtaken
    deliver_due()
    assert (only_one().state, only_one().attempts) == ("failed", 2)


def test_two_processes_at_once_send_each_message_once(
    workspace: Workspace, office: PostOffice
) -> None:
    other = a_workspace("Other practice")
    for number in range(6):
        posted(workspace, str(number))
        posted(other, str(number))
    sent: list[int] = []

    def sweep() -> None:
        sent.append(deliver_due())
        connections.close_all()

    threads = [threading.Thread(target=sweep) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sum(sent) == len(office.letters) == 12
    assert len({each["Message-ID"] for each in office.letters}) == 12


# encryption and signing in


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that nobody else has signed, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


@pytest.mark.parametrize("how", ["starttls", "tls"])
def test_mail_is_encrypted_and_goes_to_a_server_that_is_trusted_alone(
    workspace: Workspace,
    settings: LazySettings,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = how == "starttls", how == "tls"
    posted(workspace)
    encrypted = {"starttls": (context, None), "tls": (None, context)}[how]
    with open_post_office(*encrypted) as office:
        deliver_to(settings, office)
        assert deliver_due() == 0
        assert only_one().last_error == "the mail server's certificate is not to be trusted"
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        made_due()
        assert deliver_due() == 1
        assert len(office.letters) == 1


def test_mail_that_is_to_be_encrypted_is_not_sent_otherwise(
    workspace: Workspace, office: PostOffice, settings: LazySettings
) -> None:
    settings.EMAIL_USE_TLS = True
    posted(workspace)
    assert deliver_due() == 0
    assert office.letters == []
    assert "cannot do what HANDOVER_MAIL asks for" in only_one().last_error


def test_a_wrong_password_is_our_fault_and_no_reason_to_give_the_message_up(
    workspace: Workspace, settings: LazySettings
) -> None:
    posted(workspace)
    with open_post_office(signing_in=True) as office:
        deliver_to(settings, office)
        deliver_due()
        assert only_one().last_error.endswith("wants a user and a password in HANDOVER_MAIL")
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "me", "wrong"
        made_due()
        deliver_due()
        assert only_one().last_error.endswith(
            "does not accept the user and password of HANDOVER_MAIL"
        )
        assert only_one().state == "waiting"
        assert greeted().error == only_one().last_error
        settings.EMAIL_HOST_PASSWORD = "right"
        made_due()
        assert deliver_due() == 1
        assert greeted().error == ""
