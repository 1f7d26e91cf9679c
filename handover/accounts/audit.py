"""The audit log: one line for each reading and writing of a client's record, and for each sign-in.

    @audited(Action.READ, "client", client="client_id")
    def client(request, client_id): ...

or, where the view itself knows better, `note(request, Action.CHANGED, "case", pk, client=...)`.
A line names the record and never says what is in it. It is written in the request's transaction:
what is taken back leaves no line, and what cannot be noted does not happen.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from ipaddress import ip_address
from typing import TypedDict, TypeVar, cast

from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from handover.accounts.access import Request
from handover.accounts.doors import doors_of
from handover.accounts.models import Account, AuditEntry, User
from handover.core.tenancy import acting_in

Action = AuditEntry.Action
V = TypeVar("V", bound=Callable[..., HttpResponseBase])
LONGEST_BROWSER = 200
FIRST_ERROR = 400


def note(
    request: Request,
    action: Action,
    record: str = "",
    record_id: int | None = None,
    *,
    client: int | None = None,
    detail: str = "",
) -> None:
    """Write one line about what the person of this request does. `detail` holds no health data."""
    AuditEntry.objects.create(
        **_who(request.member),
        **_whence(request),
        action=action,
        record=record,
        record_id=record_id,
        client_id=client,
        detail=detail,
    )


def note_each(
    request: Request, action: Action, record: str, record_ids: Iterable[int], *, client: int
) -> None:
    """Write a line for each of these records of one client, as where a page shows several."""
    who, whence = _who(request.member), _whence(request)
    AuditEntry.objects.bulk_create(
        AuditEntry(
            **who, **whence, action=action, record=record, record_id=number, client_id=client
        )
        for number in record_ids
    )


def audited(
    action: Action, record: str, *, pk: str | None = None, client: str | None = None
) -> Callable[[V], V]:
    """Note every answer of a view that is no refusal.

    `pk` and `client` name the arguments of the view that are the numbers of the record and of the
    client; a view of a client itself names only `client`.
    """

    def decorate(view: V) -> V:
        @wraps(view)
        def noting(request: Request, *args: object, **kwargs: object) -> HttpResponseBase:
            response = view(request, *args, **kwargs)
            if response.status_code < FIRST_ERROR:
                whose = cast("int | None", kwargs.get(client or ""))
                number = cast("int | None", kwargs.get(pk or "")) or whose
                note(request, action, record, number, client=whose)
            return response

        return cast("V", noting)

    return decorate


def note_everywhere(
    request: HttpRequest | None, account: Account, action: Action, detail: str = ""
) -> None:
    """Note what concerns an account, such as a sign-in, in each workspace that it may enter."""
    for door in doors_of(account):
        with acting_in(door.workspace_id):
            user = User.objects.get(pk=door.user_id)
            where = _whence(request) if request else {}
            AuditEntry.objects.create(
                **_who(user), **where, action=action, record="account", detail=detail
            )


def note_by_command(
    workspace_id: int, action: Action, record: str, detail: str = "", record_id: int | None = None
) -> None:
    """Note what an operator does at the command line."""
    with acting_in(workspace_id):
        AuditEntry.objects.create(
            workspace_id=workspace_id,
            who="Command line",
            action=action,
            record=record,
            record_id=record_id,
            detail=detail,
        )


class _Who(TypedDict):
    workspace_id: int
    user_id: int
    who: str


class _Whence(TypedDict, total=False):
    address: str | None
    browser: str


def _who(user: User) -> _Who:
    return {"workspace_id": user.workspace_id, "user_id": user.pk, "who": str(user)}


def _whence(request: HttpRequest) -> _Whence:
    browser = request.headers.get("User-Agent", "")[:LONGEST_BROWSER]
    return {"address": address_of(request), "browser": browser}


def address_of(request: HttpRequest) -> str | None:
    """The internet address that a request came from, past our own proxy; None if there is none."""
    try:
        return str(ip_address(get_client_ip(request) or ""))
    except ValueError:
        return None
