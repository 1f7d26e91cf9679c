"""Settings: what a practice says of itself, and the lists that its pages choose from."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest

from conftest import Emptying, a_workspace
from handover.accounts.models import AuditEntry, PracticeDetails, Role, User, Workspace
from handover.clients.models import Client, ClientTag, Tag
from handover.clients.operations import tag
from handover.core.tenancy import WorkspaceOwned, acting_in
from handover.importing.models import ImportRun, SourceRecord
from handover.practice import operations
from handover.practice.models import BillableItem, Location, Practitioner, Service, ServiceItem, Tax
from handover.scheduling.operations import usual_reasons
from tests.counting import questions
from tests.people import PASSWORD, Person, a_person, a_user, an_account, signed_in

OK, FOUND, FORBIDDEN, MISSING, REFUSED = 200, 302, 403, 404, 422
CLINIC = {"name": "Glebe", "time_zone": "Australia/Sydney", "city": "Glebe", "post_code": "2037"}


@dataclass(frozen=True)
class Office:
    """One practice for the tests of this file, and its manager; each makes its own rows."""

    workspace: Workspace
    manager: Person

    def make(self, page: str, **given: object) -> int:
        """Make a row by its page; returns what the page answers."""
        return self.manager.browser.post(f"/settings/{page}/new/", given).status_code

    def save(self, page: str, row: WorkspaceOwned, **given: object) -> int:
        with acting_in(self.workspace.pk):
            now = type(row)._default_manager.get(pk=row.pk)
        told = {"revision": now.revision, **given}
        return self.manager.browser.post(f"/settings/{page}/{row.pk}/", told).status_code


@pytest.fixture(scope="module")
def office(emptying: Emptying) -> Iterator[Office]:
    with emptying():
        workspace = a_workspace("Practice")
        yield Office(workspace, a_person(workspace, Role.PRACTICE_MANAGER))


def test_a_location_is_made_changed_archived_and_fetched_back(office: Office) -> None:
    assert office.make("locations", **CLINIC) == FOUND
    with acting_in(office.workspace.pk):
        glebe = Location.objects.get(name="Glebe")
        assert glebe.time_zone == "Australia/Sydney"
    assert office.save("locations", glebe, **CLINIC | {"city": "Ultimo"}) == FOUND
    browser = office.manager.browser
    assert "Ultimo 2037" in browser.get("/settings/locations/").text
    browser.post(f"/settings/locations/{glebe.pk}/archive/")
    assert "Ultimo" not in browser.get("/settings/locations/").text
    assert "Ultimo" in browser.get("/settings/locations/?archived=yes").text
    browser.post(f"/settings/locations/{glebe.pk}/archive/", {"back": "yes"})
    with acting_in(office.workspace.pk):
        assert Location.objects.get(pk=glebe.pk).archived_at is None
        told = AuditEntry.objects.filter(record="location", record_id=glebe.pk)
        details = told.order_by("pk").values_list("action", "detail")
        assert list(details) == [
            ("created", ""),
            ("changed", "city"),
            ("changed", "archived"),
            ("changed", "fetched back"),
        ]


def test_a_location_without_a_clock_or_with_the_name_of_another_is_refused(office: Office) -> None:
    assert office.make("locations", name="Nowhere", time_zone="") == REFUSED
    assert office.make("locations", name="Nowhere", time_zone="Mars/Base") == REFUSED
    assert office.make("locations", name="Twice", time_zone="Australia/Perth") == FOUND
    assert office.make("locations", name=" twice ", time_zone="Australia/Perth") == REFUSED


def test_what_an_import_brought_is_not_edited_by_looking_at_it(office: Office) -> None:
    """A zone under its usual name and a blank at the end: saving the form changes nothing."""
    with acting_in(office.workspace.pk):
        here = {"workspace_id": office.workspace.pk}
        row = Location.objects.create(**here, name="Old", time_zone="Perth", city="Perth ")
        run = ImportRun.objects.create(**here, system="cliniko")
        SourceRecord.objects.create(
            **here, run=run, system="cliniko", account="1", resource="businesses",
            source_id="42", payload="{}", target_id=row.pk, outcome="created",
        )  # fmt: skip
    page = office.manager.browser.get(f"/settings/locations/{row.pk}/").text
    assert "From Cliniko" in page
    assert '<option value="Australia/Perth" selected' in page
    told = {"name": "Old", "time_zone": "Australia/Perth", "city": "Perth"}
    assert office.save("locations", row, **told) == FOUND
    with acting_in(office.workspace.pk):
        assert Location.objects.get(pk=row.pk).revision == row.revision


def test_what_somebody_else_has_changed_meanwhile_is_not_overwritten(office: Office) -> None:
    with acting_in(office.workspace.pk):
        row = Tax.objects.create(workspace_id=office.workspace.pk, name="Levy", rate=1)
        Tax.objects.filter(pk=row.pk).update(rate=2)
    page, told = f"/settings/taxes/{row.pk}/", {"name": "Levy", "rate": "3"}
    answer = office.manager.browser.post(page, told | {"revision": row.revision})
    assert answer.status_code == REFUSED
    assert "Somebody has changed this" in answer.text
    assert f'name="revision" value="{row.revision + 1}"' in answer.text
    with acting_in(office.workspace.pk):
        assert Tax.objects.get(pk=row.pk).rate == 2


def test_a_service_has_a_price_a_tax_places_and_people(office: Office) -> None:
    with acting_in(office.workspace.pk):
        of = {"workspace_id": office.workspace.pk}
        site = Location.objects.create(**of, name="Site", time_zone="Australia/Perth")
        other = Location.objects.create(**of, name="Other site", time_zone="Australia/Perth")
        mary = Practitioner.objects.create(**of, first_name="Mary", last_name="Quant")
        gst = Tax.objects.create(**of, name="GST", rate=10)
    told = {
        "kind": "appointment", "name": "Gait check", "duration_minutes": 45, "max_clients": 1,
        "telehealth": "unknown", "price": "95.50", "code": "505", "tax": gst.pk,
        "places": [other.pk], f"at_{site.pk}": [mary.pk],
    }  # fmt: skip
    assert office.make("services", **told) == FOUND
    with acting_in(office.workspace.pk):
        made = Service.objects.get(name="Gait check")
        line = operations.items_of(made)[0].billable_item
        assert line is not None
        assert (line.price, line.code, line.tax) == (Decimal("95.5"), "505", gst)
        assert operations.places_of(made) == {site.pk, other.pk}
        assert operations.givers_of(made) == {site.pk: {mary.pk}}
    assert "Given at Site by" in office.manager.browser.get(f"/settings/services/{made.pk}/").text
    fewer = told | {"price": "99", "places": [], f"at_{site.pk}": []}
    assert office.save("services", made, **fewer) == FOUND
    with acting_in(office.workspace.pk):
        assert operations.places_of(made) == set()
        assert operations.givers_of(made) == {}
        assert BillableItem.objects.get(pk=line.pk).price == 99
        assert Service.objects.get(pk=made.pk).revision == made.revision


def test_a_price_that_services_share_is_named_and_several_are_left_alone(office: Office) -> None:
    with acting_in(office.workspace.pk):
        of = {"workspace_id": office.workspace.pk}
        line = BillableItem.objects.create(**of, name="Consult", price=80)
        first, second, third = (
            Service.objects.create(**of, name=name) for name in ("Shared A", "Shared B", "Many")
        )
        for service in (first, second, third, third):
            ServiceItem.objects.create(**of, service=service, billable_item=line)
    page = office.manager.browser.get(f"/settings/services/{first.pk}/").text
    assert "Also the price of: Many, Shared B." in page
    page = office.manager.browser.get(f"/settings/services/{third.pk}/").text
    assert "Several lines of the price list" in page
    assert 'name="price"' not in page


def test_the_list_of_services_takes_as_many_queries_whatever_its_length(office: Office) -> None:
    counts = []
    for more in (1, 12):
        with acting_in(office.workspace.pk):
            Service.objects.bulk_create(
                Service(workspace_id=office.workspace.pk, name=f"S{n}") for n in range(more)
            )
        counts.append(questions(office.manager.browser, "/settings/services/"))
    assert counts[0] == counts[1] <= 16


def test_tags_are_renamed_merged_and_taken_off_everybody(office: Office) -> None:
    with acting_in(office.workspace.pk):
        ann = Client.objects.create(workspace_id=office.workspace.pk, first_name="Ann")
        bea = Client.objects.create(workspace_id=office.workspace.pk, first_name="Bea")
        vip, vips = tag(ann, "VIP").tag, tag(ann, "VIPs").tag
        tag(bea, "VIPs")
    assert office.save("tags", vip, name="Valued") == FOUND
    browser = office.manager.browser
    into_itself = browser.post(f"/settings/tags/{vip.pk}/merge/", {"into": vip.pk})
    assert into_itself.status_code == MISSING
    browser.post(f"/settings/tags/{vips.pk}/merge/", {"into": vip.pk})
    with acting_in(office.workspace.pk):
        assert not Tag.objects.filter(pk=vips.pk).exists()
        assert ClientTag.objects.filter(tag__name="Valued").count() == 2
        assert Client.objects.get(pk=bea.pk).revision > bea.revision
    browser.post(f"/settings/tags/{vip.pk}/remove/")
    with acting_in(office.workspace.pk):
        assert not Tag.objects.exists()
        assert Client.objects.count() == 2


def test_the_practice_says_its_name_and_its_clock_once(office: Office) -> None:
    told = {"name": "Perth Physio", "terminology": "client", "time_zone": "Australia/Perth"}
    told |= {"titles": "Mr, Mx", "country": "Australia", "currency_symbol": "$"}
    browser = office.manager.browser
    assert browser.post("/settings/details/", told | {"revision": 0}).status_code == FOUND
    with acting_in(office.workspace.pk):
        details = PracticeDetails.objects.get()
        assert (details.name, details.titles) == ("Perth Physio", ["Mr", "Mx"])
    assert "Workspace Perth Physio" in browser.get("/settings/details/").text
    again = browser.post("/settings/details/", told | {"revision": 0, "name": "Other"})
    assert again.status_code == REFUSED


def test_own_reasons_for_cancelling_are_proposed_first(office: Office) -> None:
    assert office.make("cancellation-reasons", name="Moved away", code="M") == FOUND
    with acting_in(office.workspace.pk):
        assert usual_reasons(20)[0] == "Moved away"


def test_an_owner_hands_the_ownership_over_and_is_one_no_more(office: Office) -> None:
    owner = a_person(office.workspace, Role.OWNER)
    heir = a_person(office.workspace, Role.PRACTITIONER_ADMIN)
    page = "/settings/users/hand-over/"
    assert office.manager.browser.get(page).status_code == FORBIDDEN
    with acting_in(office.workspace.pk):
        shut_out = User.objects.create(
            workspace_id=office.workspace.pk, role=Role.RECEPTIONIST, first_name="No account"
        )
    for wrong in (owner.user.pk, shut_out.pk, 0):
        told = {"to": wrong, "afterwards": "practice_manager"}
        assert owner.browser.post(page, told).status_code == REFUSED
    nothing = {"to": heir.user.pk, "afterwards": "unknown"}
    assert owner.browser.post(page, nothing).status_code == REFUSED
    told = {"to": heir.user.pk, "afterwards": "practice_manager"}
    assert owner.browser.post(page, told).status_code == FOUND
    with acting_in(office.workspace.pk):
        roles = {each.pk: each.role for each in User.objects.all()}
    assert (roles[heir.user.pk], roles[owner.user.pk]) == ("owner", "practice_manager")
    assert owner.browser.post(page, told).status_code == FORBIDDEN


def test_who_has_not_shown_of_late_who_they_are_is_asked_before_handing_over(
    office: Office,
) -> None:
    account = an_account("late@practice.example", PASSWORD)
    a_user(office.workspace, Role.OWNER, account)
    browser = signed_in(account, office.workspace)
    session = browser.session
    session["account_authentication_methods"] = [{"method": "password", "at": 1}]
    session["began_at"] = time.time() - 3600
    session.save()
    answer = browser.get("/settings/users/hand-over/")
    assert answer.status_code == FOUND
    assert answer.headers["Location"].startswith("/again/")
