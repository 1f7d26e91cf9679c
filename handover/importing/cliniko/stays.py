"""What stays in Cliniko whatever the key may read, and why: told to whoever signs a move off."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as later

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

STAYS: tuple[tuple["StrOrPromise", "StrOrPromise"], ...] = (
    (
        later("payments, and so what is still due on open invoices"),
        later("Cliniko's interface does not give them"),
    ),
    (
        later("letters"),
        later("Cliniko's interface does not give them: save them, then `handover attach`"),
    ),
    (
        later("body charts"),
        later("Cliniko's interface does not give them: each note says how many it had, and which"),
    ),
    (later("the waiting list"), later("Cliniko's interface does not give it")),
    (
        later("links of telehealth and online payment"),
        later("they are secret, and close with the account"),
    ),
)
