"""Every table, as a stranger: what the database itself shows and refuses, whatever the code does.

Tables and links are taken from the models and from PostgreSQL's own catalogue: a table that is
added tomorrow is in these tests.
"""

import pytest
from django.db import IntegrityError, connection
from psycopg import errors

from conftest import a_workspace
from handover.accounts.models import Workspace
from handover.core.tenancy import acting_in
from tests.rows import FOR_EVER, Model, a_row, asked, links, owned, refusal, taken_back

pytestmark = pytest.mark.usefixtures("clean_tables")

#: What must give way where a column takes a value only alone.
INSTEAD = {
    ("ServiceItem", "product"): {"billable_item_id": None},
    ("Credit", "contact"): {"client_id": None},
    ("Allocation", "opening"): {"credit_id": None},
    ("OptOut", "contact"): {"client_id": None},
    ("XeroContact", "contact"): {"client_id": None},
}
#: Tables without a model, which the database alone keeps, and what their rows belong to.
MARKS = {
    "billing_settled": ("billing_invoice", "invoice_id"),
    "billing_spent": ("billing_credit", "credit_id"),
}


@pytest.fixture
def ours() -> Workspace:
    return a_workspace("Ours")


@pytest.fixture
def theirs() -> Workspace:
    return a_workspace("Theirs")


# what the catalogue says


def test_every_table_with_a_workspace_has_its_policy_switched_on() -> None:
    secured = asked("""
        SELECT tablename FROM pg_policies JOIN pg_class ON oid = tablename::regclass
        WHERE relrowsecurity AND policyname = 'own_workspace' AND cmd = 'ALL'
          AND permissive = 'PERMISSIVE' AND roles = '{public}' AND with_check = qual
          AND qual LIKE '(workspace_id = ( SELECT handover_workspace()%%'
    """)
    with_workspace = asked("""
        SELECT table_name FROM information_schema.columns
        WHERE table_schema = 'public' AND column_name = 'workspace_id'
    """)
    known = {each._meta.db_table for each in owned()} | MARKS.keys()
    assert set(with_workspace) == {(each,) for each in known}
    assert set(with_workspace) - set(secured) == set()


def test_no_second_policy_opens_a_table_again() -> None:
    many = asked("SELECT polrelid::regclass::text FROM pg_policy GROUP BY 1 HAVING count(*) > 1")
    assert many == []


#: Tables that belong to no practice. An account is one person's, in as many workspaces as invite
#: them: what it signs in with is asked before any workspace is known. No row here names a client.
OF_NO_PRACTICE = {
    "account_emailaddress": "addresses of accounts",
    "account_emailconfirmation": "links to confirm them; unused: codes are",
    "accounts_account": "what a person signs in with",
    "accounts_cache": "counts of attempts to sign in",
    "auth_group": "Django's own, empty: roles are in accounts/permissions.py",
    "auth_group_permissions": "Django's own, empty",
    "auth_permission": "Django's own list of models",
    "django_content_type": "Django's own list of models",
    "django_migrations": "which migrations have run",
    "django_session": "who has signed in, and in which workspace they act",
    "importing_allowance": "how much of a key's limit is used, in whatever workspace",
    "importing_place": "the requests of that limit, each with its moment",
    "xero_xeroallowance": "until when an organisation of Xero's is not asked",
    "xero_xerocall": "the requests to one, each with its moment",
    "mfa_authenticator": "second steps of accounts, their secrets encrypted",
    "procrastinate_events": "the queue: what became of jobs",
    "procrastinate_jobs": "the queue: names of tasks and numbers of runs, and nothing about them",
    "procrastinate_periodic_defers": "the queue: unused",
    "procrastinate_workers": "the queue: who works",
    "usersessions_usersession": "from where an account has signed in",
}


def test_only_sign_in_and_django_have_tables_without_row_level_security() -> None:
    found = asked("""
        SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
        AND relkind IN ('r', 'p', 'm', 'v') AND NOT relrowsecurity
    """)
    assert {str(name) for (name,) in found} == OF_NO_PRACTICE.keys()


def test_every_link_between_rows_of_a_practice_is_held_together_with_the_workspace() -> None:
    found = asked("""
        SELECT f.conrelid::regclass::text, f.confrelid::regclass::text, f.convalidated,
          ARRAY(SELECT attname::text FROM unnest(f.conkey) WITH ORDINALITY AS k (number, place)
                JOIN pg_attribute ON attrelid = f.conrelid AND attnum = number ORDER BY place)
        FROM pg_constraint f WHERE f.contype = 'f'
    """)
    tables = {each._meta.db_table for each in owned()}
    held = {
        (table, parent, tuple(columns) if isinstance(columns, list) else ())
        for table, parent, valid, columns in found
        if valid and parent in tables
    }
    assert held == {
        (model._meta.db_table, link.related_model._meta.db_table, ("workspace_id", link.column))
        for model in owned()
        for link in links(model)
    } | {(mark, parent, ("workspace_id", column)) for mark, (parent, column) in MARKS.items()}


def test_no_function_runs_with_the_rights_of_its_owner() -> None:
    assert (
        asked(
            "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
        )
        == []
    )


# who the application is


def test_the_application_is_nobody_special() -> None:
    assert asked("""
        SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication
        FROM pg_roles WHERE rolname = current_user
    """) == [(False, False, False, False, False)]
    assert asked("SELECT relname FROM pg_class WHERE relowner = current_user::regrole") == []


def test_the_application_cannot_become_the_owner() -> None:
    owner = str(asked("SELECT current_user", using="owner")[0][0])
    assert owner != str(asked("SELECT current_user")[0][0])
    assert refusal(f'SET ROLE "{owner}"') == "InsufficientPrivilege"
    assert refusal(f'SET SESSION AUTHORIZATION "{owner}"') == "InsufficientPrivilege"


@pytest.mark.parametrize(
    "attempt",
    [
        "CREATE TABLE public.mine (id int)",
        "ALTER TABLE clients_client DISABLE ROW LEVEL SECURITY",
        "DROP POLICY own_workspace ON clients_client",
        "CREATE POLICY mine ON clients_client USING (true)",
        "ALTER TABLE clients_client DISABLE TRIGGER ALL",
        "CREATE OR REPLACE FUNCTION handover_workspace() RETURNS bigint LANGUAGE sql AS 'SELECT 1'",
        "DROP TABLE clients_client",
    ],
)
def test_the_application_cannot_change_the_tables(attempt: str) -> None:
    assert refusal(attempt) == "InsufficientPrivilege"


def test_the_application_cannot_empty_a_table_for_everybody() -> None:
    """TRUNCATE does not ask any policy."""
    went = [each.__name__ for each in owned() if not refusal(f"TRUNCATE {each._meta.db_table}")]
    assert went == []


# what the application sees and may do


def test_outside_of_a_workspace_there_is_nothing_to_see(ours: Workspace) -> None:
    for model in owned():
        a_row(model, ours)
        assert model._default_manager.using("owner").exists()
    assert [each.__name__ for each in owned() if each._default_manager.exists()] == []
    assert not Workspace.objects.exists()


def test_outside_of_a_workspace_nothing_can_be_written(ours: Workspace) -> None:
    assert written_for(ours) == []


def test_a_row_of_another_workspace_is_not_seen(ours: Workspace, theirs: Workspace) -> None:
    for model in owned():
        a_row(model, theirs)
    with acting_in(ours.pk):
        assert [each.__name__ for each in owned() if each._default_manager.exists()] == []
    with acting_in(theirs.pk):
        assert [each.__name__ for each in owned() if not each._default_manager.exists()] == []


def test_a_row_of_another_workspace_cannot_be_changed_or_deleted(
    ours: Workspace, theirs: Workspace
) -> None:
    rows = {model: a_row(model, theirs).pk for model in owned()}
    with acting_in(ours.pk), connection.cursor() as cursor:
        for model, pk in rows.items():
            cursor.execute(
                f"UPDATE {model._meta.db_table} SET created_at = now() WHERE id = %s", [pk]
            )
            assert cursor.rowcount == 0, f"{model.__name__} was changed"
            cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE id = %s", [pk])
            assert cursor.rowcount == 0, f"{model.__name__} was deleted"


def test_no_row_can_be_written_for_another_workspace(ours: Workspace, theirs: Workspace) -> None:
    with acting_in(ours.pk):
        assert written_for(theirs) == []
        assert len(written_for(ours)) == len(owned()), "the attempt itself must be a good one"


def written_for(workspace: Workspace) -> list[str]:
    """The tables that take a row of this workspace from the application: a copy of a good one."""
    taken = []
    for model in owned():
        table, row = model._meta.db_table, a_row(model, workspace)
        columns = ", ".join(f'"{f.column}"' for f in model._meta.local_concrete_fields[1:])
        copy = asked(
            f"SELECT to_jsonb(r)::text FROM {table} r WHERE id = %s", row.pk, using="owner"
        )
        if model not in FOR_EVER:
            row.delete(using="owner")
        refused = refusal(
            f"INSERT INTO {table} ({columns})"
            f" SELECT {columns} FROM jsonb_populate_record(NULL::{table}, %s::jsonb)",
            str(copy[0][0]),
        )
        if refused != "InsufficientPrivilege":
            assert refused == "", f"{model.__name__}: {refused}"
            taken.append(model.__name__)
    return taken


def test_no_row_can_be_given_to_another_workspace(ours: Workspace, theirs: Workspace) -> None:
    rows = {model: a_row(model, ours).pk for model in owned()}
    with acting_in(ours.pk):
        for model, pk in rows.items():
            change = f"UPDATE {model._meta.db_table} SET workspace_id = %s WHERE id = %s"
            assert refusal(change, theirs.pk, pk) == "InsufficientPrivilege", model.__name__


def test_no_link_can_lead_into_another_workspace(ours: Workspace, theirs: Workspace) -> None:
    tried = 0
    for model in owned():
        row = a_row(model, ours)
        for link in links(model):
            foreign = a_row(link.related_model, theirs)
            change = {link.attname: foreign.pk, **INSTEAD.get((model.__name__, link.name), {})}
            with acting_in(ours.pk):
                refused = link_refused(model, row.pk, change)
            assert refused, f"{model.__name__}.{link.name} takes a row of another workspace"
            tried += 1
    assert tried > 40


def link_refused(model: Model, pk: int, change: dict[str, object]) -> bool:
    try:
        with taken_back(), connection.cursor() as cursor:
            if model in FOR_EVER:
                write_again(model, pk, change)
            else:
                assert model._default_manager.filter(pk=pk).update(**change) == 1
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except IntegrityError as problem:
        return isinstance(problem.__cause__, errors.ForeignKeyViolation)
    return False


def write_again(model: Model, pk: int, change: dict[str, object]) -> None:
    """A new row with the change, where no row can be changed."""
    row = model._default_manager.get(pk=pk)
    row.pk = None
    for name, value in change.items():
        setattr(row, name, value)
    row.save(force_insert=True)


def test_the_list_of_workspaces_shows_ones_own_and_cannot_be_changed(
    ours: Workspace, theirs: Workspace
) -> None:
    with acting_in(ours.pk):
        assert list(Workspace.objects.all()) == [ours]
        assert Workspace.objects.filter(pk=theirs.pk).update(name="Mine now") == 0
        attempt = "INSERT INTO accounts_workspace (name, slug) VALUES ('New', 'new')"
        assert refusal(attempt) == "InsufficientPrivilege"


# for how long


def test_a_block_inside_a_block_gives_the_outer_workspace_back(
    ours: Workspace, theirs: Workspace
) -> None:
    with acting_in(ours.pk):
        with acting_in(theirs.pk):
            assert list(Workspace.objects.all()) == [theirs]
        assert list(Workspace.objects.all()) == [ours]


def test_a_block_that_fails_gives_the_outer_workspace_back(
    ours: Workspace, theirs: Workspace
) -> None:
    with acting_in(ours.pk):
        with pytest.raises(ZeroDivisionError), acting_in(theirs.pk):
            raise ZeroDivisionError
        assert list(Workspace.objects.all()) == [ours]


def test_the_workspace_is_forgotten_with_the_block(ours: Workspace) -> None:
    with acting_in(ours.pk):
        assert Workspace.objects.exists()
    assert not Workspace.objects.exists()
    with pytest.raises(ZeroDivisionError), acting_in(ours.pk):
        raise ZeroDivisionError
    assert not Workspace.objects.exists()
