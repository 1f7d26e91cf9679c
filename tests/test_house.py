"""The rules of the house that no linter knows: sizes, names, reasons, and what no file may hold."""

import ast
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import models

from handover.core.exact import ExactJSONField
from handover.core.tenancy import WorkspaceForeignKey, WorkspaceOwned
from handover.core.tenancy.operations import SecureTables
from handover.exporting.archive.write import exported_models

ROOT = Path(__file__).resolve().parent.parent
FILE_LINES = 400
#: Besides migrations; tests/test_retelling.py asks that it is what `make docs` writes.
GENERATED = {"handover/importing/sentences.py"}
FUNCTION_LINES = 40
NAMES_OF_NOTHING = {
    "base",
    "bases",
    "common",
    "helper",
    "helpers",
    "manager",
    "managers",
    "misc",
    "util",
    "utils",
}
A_PATH_OF_SOME_MACHINE = re.compile(r"(?<![\w.])/(work|root|home/\w+|Users|opt/(pypi|wheels))/")
AN_EXCEPTION = re.compile(
    r"#\s*(?:ruff:\s*)?"
    r"(?:noqa(?::(?P<rules>[A-Z0-9, ]+))?|type:\s*ignore(?:\[(?P<kinds>[\w, -]+)\])?)"
    r"\s*(?:(?:#|-)\s*(?P<why>\S.*))?$"
)
MONEY = re.compile(r"(^|_)(price|amount|cost|fee|rate|total|balance|hours)(_|$)")
FORMS = (ast.FunctionDef, ast.AsyncFunctionDef)

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def project_files() -> list[Path]:
    """Every file that is in the repository, or would be with the next commit."""
    git = shutil.which("git")
    command = [git or "false", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if listed.returncode == 0:
        names = listed.stdout.decode().split("\0")
    else:  # a copy without its history
        names = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if not made(path)]
    return sorted(path for name in names if (path := ROOT / name).is_file())


def made(path: Path) -> bool:
    """Whether a tool has made this file, as .gitignore has it."""
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    patterns = [*(each.strip("/") for each in ignored), ".git"]
    return any(fnmatch(part, each) for part in path.relative_to(ROOT).parts for each in patterns)


def python_files() -> list[Path]:
    return [path for path in project_files() if path.suffix == ".py"]


def modules() -> list[Path]:
    """The program itself: no tests, no migrations."""
    apart = {"tests", "migrations"}
    return [
        path
        for path in python_files()
        if path.is_relative_to(ROOT / "handover") and not apart & set(path.parts)
    ]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, FORMS))


def lines_of(function: Function) -> int:
    """The lines from `def` to the end; those of the docstring are not counted."""
    first = function.body[0]
    told = ast.get_docstring(function, clean=False) is not None
    docstring = (first.end_lineno or 0) - first.lineno + 1 if told else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def named(path: Path, line: int | None = None) -> str:
    return f"{path.relative_to(ROOT)}{f':{line}' if line else ''}"


def test_the_rules_see_the_whole_house() -> None:
    seen = {named(path) for path in modules()}
    assert {"handover/cli/main.py", "handover/importing/engine/run.py"} <= seen
    assert len(seen) > 100


def test_no_file_is_longer_than_400_lines() -> None:
    long = {
        named(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in python_files()
        if "migrations" not in path.parts and named(path) not in GENERATED
    }
    assert {name: count for name, count in long.items() if count > FILE_LINES} == {}


def test_no_function_is_longer_than_40_lines() -> None:
    found = {
        named(path, each.lineno): lines_of(each)
        for path in python_files()
        if "migrations" not in path.parts
        for each in functions(path)
    }
    assert {name: count for name, count in found.items() if count > FUNCTION_LINES} == {}


def test_no_module_is_named_for_nothing() -> None:
    assert [named(path) for path in python_files() if path.stem in NAMES_OF_NOTHING] == []
    assert [named(p) for p in python_files() if NAMES_OF_NOTHING & set(p.parent.parts)] == []


def test_every_module_says_what_it_is_for() -> None:
    public = (path for path in modules() if path.name != "__init__.py" or tree(path).body)
    assert [named(path) for path in public if not ast.get_docstring(tree(path))] == []


def test_an_exception_from_a_rule_says_why_where_it_first_stands() -> None:
    assert [each for path in python_files() for each in unexplained(path)] == []


def unexplained(path: Path) -> Iterator[str]:
    """One reason is enough for the same exception in one file."""
    known = set[str]()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        found = AN_EXCEPTION.search(line)
        if found is None:
            continue
        what = set(re.findall(r"[\w-]+", found["rules"] or found["kinds"] or "everything"))
        if found["why"]:
            known |= what
        elif what - known:
            yield f"{named(path, number)}: {', '.join(sorted(what - known))}"


@pytest.mark.parametrize(
    ("line", "explained"),
    [
        ("x = 1  # noqa: S101  # a reason", True),
        ("x = 1  # type: ignore[misc]  # a reason", True),
        ("# ruff: noqa: PLR2004 - the numbers say so", True),
        ("x = 1  # noqa: S101", False),
        ("x = 1  # type: ignore[misc, arg-type]", False),
        ("x = 1  # noqa", False),
    ],
)
def test_a_reason_is_told_from_none(line: str, explained: bool) -> None:
    found = AN_EXCEPTION.search(line)
    assert found is not None
    assert bool(found["why"]) is explained


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    found = [
        named(path, number)
        for path in project_files()
        if path != Path(__file__).resolve()
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1)
        if A_PATH_OF_SOME_MACHINE.search(line)
    ]
    assert found == []


def test_locked_requirements_name_no_address_and_have_a_hash_each() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"https?:|--(extra-)?index-url|--find-links|file:|@ ", text), path.name
        pins = re.split(r"\n(?=\S)", text.strip())
        assert [
            pin.split()[0] for pin in pins if "==" not in pin or "--hash=sha256:" not in pin
        ] == []


def test_locked_packages_of_npm_name_no_address_and_have_a_sum_each() -> None:
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    packages = {name: each for name, each in json.loads(text)["packages"].items() if name}
    assert packages
    assert [name for name, each in packages.items() if "resolved" in each] == []
    assert [name for name, each in packages.items() if "integrity" not in each] == []


def test_what_runs_is_locked_the_same_for_users_and_developers() -> None:
    run, dev = (
        set(
            re.findall(
                r"^(\S+==\S+)", (ROOT / "requirements" / name).read_text("utf-8"), re.MULTILINE
            )
        )
        for name in ("run.txt", "dev.txt")
    )
    assert run <= dev


def test_the_build_runs_what_anybody_runs_and_nothing_else() -> None:
    lines = (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()
    commands = [line for line in lines if line and not line.startswith(("#", "set ", "cd "))]
    assert commands == ["make test"]


def test_amounts_are_decimals() -> None:
    """Binary fractions cannot hold a tenth; text and JSON cannot be added up."""
    exact = (models.DecimalField, models.IntegerField, models.BooleanField, models.ForeignKey)
    wrong = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.FloatField)
        or (MONEY.search(field.name) and not isinstance(field, exact))
    ]
    assert wrong == []


def test_json_from_elsewhere_keeps_all_its_digits() -> None:
    """Documents see to it themselves: what a reader would round, they keep as text."""
    themselves = {"document", "signature_ids"}
    rounded = [
        f"{model.__name__}.{field.name}"
        for model in exported_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.JSONField)
        and not isinstance(field, ExactJSONField)
        and field.name not in themselves
    ]
    assert rounded == []


def test_every_table_of_a_practice_belongs_to_a_workspace() -> None:
    of_django = {"ContentType", "Permission", "Group", "Session"}
    of_accounts = {"Account", "EmailAddress", "EmailConfirmation", "Authenticator", "UserSession"}
    of_keys = {"Allowance", "Place"}  # of one key, which may serve several workspaces
    of_keys |= {"XeroAllowance", "XeroCall"}  # the same, of one organisation
    of_the_installation = of_django | of_accounts | of_keys | {"Workspace"}
    shared = [
        each.__name__
        for each in apps.get_models()
        if not issubclass(each, WorkspaceOwned) and each._meta.app_label != "procrastinate"
    ]
    assert set(shared) <= of_the_installation


def test_links_between_rows_of_a_practice_stay_in_its_workspace() -> None:
    plain = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.ForeignKey)
        and issubclass(field.related_model, WorkspaceOwned)
        and not isinstance(field, WorkspaceForeignKey)
    ]
    assert plain == []


def test_every_table_of_a_practice_is_secured_by_a_migration(django_db_setup: None) -> None:
    from django.db import connections
    from django.db.migrations.loader import MigrationLoader

    migrations = MigrationLoader(connections["owner"]).disk_migrations
    secured = {
        (app_label, name.lower())
        for (app_label, _), migration in migrations.items()
        for operation in migration.operations
        if isinstance(operation, SecureTables)
        for name in operation.names
    }
    owned = [each for each in apps.get_models() if issubclass(each, WorkspaceOwned)]
    wanted = {(each._meta.app_label, each._meta.model_name) for each in owned}
    assert wanted - secured == set()


@pytest.mark.usefixtures("clean_tables")
def test_the_migrations_make_the_models_as_they_are() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.usefixtures("clean_tables")
def test_django_finds_nothing_to_object_to() -> None:
    found = run_checks(databases=["default", "owner"])
    assert [str(each) for each in found if not each.is_silenced()] == []


def test_mappings_do_not_reach_for_the_database() -> None:
    """Models may be named in a mapping; connections and transactions may not."""
    pure = [
        *(ROOT / "handover/importing/cliniko/resources").glob("*.py"),
        *(ROOT / "handover/importing/documents/resources").glob("*.py"),
        *(ROOT / "handover/importing/engine/fields").glob("*.py"),
    ]
    taken = [
        f"{named(path)}: {alias.name}"
        for path in pure
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django")
        for alias in node.names
        if alias.name in {"connection", "connections", "transaction", "settings"}
    ]
    assert taken == []
    queries = [
        named(path, node.lineno)
        for path in pure
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}
    ]
    assert queries == []
