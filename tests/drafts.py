"""A draft of a move as the wizard leaves it after a first look at an account, without one."""

from handover.accounts.models import User, Workspace
from handover.core.tenancy import acting_in
from handover.importing.models import ImportRun, Move, State
from handover.importing.systems import CLINIKO, RESOURCES
from handover.practice.models import Location, Service


def a_draft(workspace: Workspace) -> Move:
    """One of everything that a step may show: known, new, unsure, left, archived."""
    with acting_in(workspace.pk):
        Location.objects.create(workspace_id=workspace.pk, name="Riverside")
        Service.objects.create(workspace_id=workspace.pk, name="Initial consult")
        User.objects.create(workspace_id=workspace.pk, first_name="Grace", last_name="Whit")
        run = ImportRun.objects.create(
            workspace_id=workspace.pk,
            system=CLINIKO,
            account="77",
            account_name="Riverbend",
            time_zone="Australia/Perth",
            state=State.DRAFT,
            sealed_key="sealed",
            key_hint="...MDA=",
        )
        return Move.objects.create(
            workspace_id=workspace.pk, run=run, shard="au1", key_of="Ann Lee", survey=a_survey()
        )


def a_survey() -> dict[str, object]:
    """What a look at a very small account finds."""
    lists = {each.spec.name: {"state": "read", "total": 250} for each in RESOURCES[CLINIKO]}
    lists["communications"] = {"state": "not_permitted", "total": 0}
    plain = {"archived": False, "user": ""}
    grace = {"first_name": "Grace", "last_name": "Whit", "active": True}
    return {
        "lists": lists,
        "records": {
            "businesses": [{"id": "1", "name": "Riverside", "city": "Perth", **plain}],
            "users": [{"id": "2", "email": "grace@practice.example", **grace, **plain}],
            "practitioners": [{"id": "3", "former": False, **grace, **plain, "user": "2"}],
            "appointment_types": [
                {"id": "4", "name": "Initial consultation", "duration_minutes": 60, **plain},
                {"id": "5", "name": "Class", "max_clients": 8, "archived": True, "user": ""},
            ],
        },
        "counts": {
            "businesses/1": {"individual_appointments": 1200, "newest": "2026-05-04T01:00:00Z"},
            "practitioners/3": {"individual_appointments": 3, "treatment_notes": 2},
        },
    }
