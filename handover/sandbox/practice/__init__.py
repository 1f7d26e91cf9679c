"""A demo practice, made from a seed: the same numbers give the same practice."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime

from handover.sandbox.practice.appointments import add_appointments, add_latest_bookings
from handover.sandbox.practice.blocks import add_blocks
from handover.sandbox.practice.build import DEFAULT_APPOINTMENTS, Build
from handover.sandbox.practice.cases import add_cases
from handover.sandbox.practice.catalogue import add_catalogue
from handover.sandbox.practice.clients import add_clients
from handover.sandbox.practice.files import add_attachments
from handover.sandbox.practice.forms import add_forms
from handover.sandbox.practice.invoices import add_invoices
from handover.sandbox.practice.messages import add_messages
from handover.sandbox.practice.model import Practice
from handover.sandbox.practice.notes import add_notes
from handover.sandbox.practice.people import (
    add_alerts,
    add_contacts,
    add_recalls,
    add_referral_sources,
    add_relatives,
)
from handover.sandbox.practice.services import add_services
from handover.sandbox.practice.settings import account_settings
from handover.sandbox.practice.stock import add_stock
from handover.sandbox.practice.structure import add_owner, add_structure

__all__ = ["EMPTY", "DemoPractice", "Practice", "build_practice", "empty_practice"]

STEPS = (
    add_structure,
    add_catalogue,
    add_services,
    add_contacts,
    add_clients,
    add_relatives,
    add_alerts,
    add_referral_sources,
    add_recalls,
    add_blocks,
    add_appointments,
    add_cases,
    add_notes,
    add_forms,
    add_invoices,
    add_stock,
    add_messages,
    add_attachments,
    add_latest_bookings,
)


@dataclass(frozen=True)
class DemoPractice:
    """How large a demo practice is, and the day on which it is looked at (default: today)."""

    clients: int = 1200
    appointments: int = DEFAULT_APPOINTMENTS
    seed: int = 1
    today: date | None = None
    empty: bool = False

    def build(self) -> Practice:
        """Make the practice."""
        today = self.today or datetime.now(UTC).date()
        build = Build(
            clients=self.clients, appointments=self.appointments, seed=self.seed, today=today
        )
        name = "Empty Practice" if self.empty else "Riverbend Allied Health"
        build.settings.update(account_settings(build, name=name))
        with _paused_collector():
            for step in (add_owner,) if self.empty else STEPS:
                step(build)
        return Practice(
            today=today,
            now=build.now,
            records=build.records,
            settings=build.settings,
            case_attachments=build.case_attachments,
            practitioner_types=build.practitioner_types,
            practitioner_businesses=build.practitioner_businesses,
            role_users=build.users,
            files=build.files,
            pending=build.pending,
        )


EMPTY = DemoPractice(clients=0, appointments=0, empty=True)
"""An account with nothing in it but its one user and its settings."""


def build_practice(
    *,
    clients: int = 1200,
    appointments: int = DEFAULT_APPOINTMENTS,
    seed: int = 1,
    today: date | None = None,
) -> Practice:
    """A demo practice of the given size; 40 clients are the fewest that show every oddity."""
    return DemoPractice(clients, appointments, seed, today).build()


def empty_practice(*, today: date | None = None) -> Practice:
    """An account with nothing in it but its one user and its settings."""
    return DemoPractice(clients=0, appointments=0, today=today, empty=True).build()


@contextmanager
def _paused_collector() -> Iterator[None]:
    """Nothing made here is garbage: looking for it would take most of the time."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
