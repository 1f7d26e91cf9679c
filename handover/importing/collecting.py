"""Find the sentences that can be left in a record: `make docs`.

A run, a step and a single record keep what happened to them as a finished sentence in plain
English: that is what reports, archives and the command line show, and what the database compares.
The pages say it in the reader's language (`retelling`), and for that the sentences with their gaps
have to be known: this reads them out of the code, so that whoever writes one needs to do nothing.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
#: What keeps contents says in a record why there are none; what sends mail, why it did not go.
OTHERS = ("files/keeping.py", "messaging/smtp.py", "messaging/delivery.py")
LIST = HERE / "sentences.py"
#: Pages pass through gettext by themselves; the rest is read by people who write code.
APART = {"tests", "migrations", "views", "wizard"}
APART |= {"__init__.py", "describe.py", "checks.py", "collecting.py", "retelling.py"}
APART |= {"sentences.py", "reasons.py"}
#: What is told through these is translated where it stands, or is told to nobody but us.
TRANSLATED = {"later", "_", "gettext", "ngettext", "marked"}
OURS = {"info", "debug", "warning", "exception", "critical", "cast", "compile", "getLogger"}
OURS |= {"RuntimeError"}
#: How fields describe themselves, for the document of the mapping.
DESCRIBING = {"reads_as", "remark", "says"}
WORD = re.compile(r"[^\W\d_]{2,}")
GAP = re.compile(r"%\(\w+\)s")
SQL = re.compile(
    r"\b(SELECT|UPDATE|INSERT|SET|FROM|WHERE|JOIN|AND|ON|KEY|LIKE|NULL|CASE|ORDER|bigint|int)\b|%%"
)
#: What the formatter allows for a line.
WIDTH = 100
BEGINNING = '''"""What importing, and sending mail, can leave in a record, by `make docs`."""

from django.utils.translation import gettext_noop as marked

SENTENCES = (
'''


def collected() -> list[str]:
    """All of them, in order, as gettext has them: `no client has the number %(number)s`."""
    found: set[str] = set()
    elsewhere: set[str] = set()  # causes, and what else has its place in `said`
    for path in [*sorted(HERE.rglob("*.py")), *(HERE.parent / each for each in OTHERS)]:
        if not APART & set(path.parts):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found.update(_in_module(tree))
            elsewhere.update(_translated(tree))
    return sorted(found - elsewhere)


def _translated(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in TRANSLATED:
            yield from (with_gaps(each) for each in node.args)


def _in_module(tree: ast.Module) -> Iterator[str]:
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]).isupper():
            yield from _sentences([statement.value], deep=False)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name not in DESCRIBING:
            yield from _sentences(node.body)


def _sentences(nodes: list[ast.stmt] | list[ast.expr], *, deep: bool = True) -> Iterator[str]:
    waiting: list[ast.AST] = list(nodes)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Constant | ast.JoinedStr):
            if _is_sentence(text := with_gaps(node)):
                yield text
            parts = node.values if isinstance(node, ast.JoinedStr) else []
            waiting += [each.value for each in parts if isinstance(each, ast.FormattedValue)]
        elif deep and not _is_for_nobody(node):
            waiting += ast.iter_child_nodes(node)


def _is_for_nobody(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr):  # a docstring
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.arguments | ast.AnnAssign):  # types are texts there
        return isinstance(node, ast.arguments) or node.value is None
    return isinstance(node, ast.Call) and _name(node.func) in TRANSLATED | OURS


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _is_sentence(text: str) -> bool:
    said = GAP.sub("", text)
    return " " in said.strip() and len(WORD.findall(said)) > 1 and not SQL.search(text)


def with_gaps(node: ast.expr) -> str:
    """A text, or one with values in it, as a msgid of gettext; "" for what is none."""
    if isinstance(node, ast.Constant):
        return node.value.replace("%", "%%") if isinstance(node.value, str) else ""
    if not isinstance(node, ast.JoinedStr):
        return ""
    told, names = "", set[str]()
    for each in node.values:
        if isinstance(each, ast.FormattedValue):
            name = next(_names(each.value), "value").strip("_").lower()
            name = name if name not in names else f"{name}_{len(names) + 1}"
            names.add(name)
            told += f"%({name})s"
        else:
            told += with_gaps(each)
    return told


def _names(node: ast.AST) -> Iterator[str]:
    """What a value may be called, the best name first."""
    if isinstance(node, ast.Call):
        for each in node.args:
            yield from _names(each)
        if isinstance(node.func, ast.Attribute):
            if found := re.fullmatch("get_(.+)_display", node.func.attr):
                yield found[1]
            yield from _names(node.func.value)
        yield _name(node.func)
    elif isinstance(node, ast.Attribute | ast.Name):
        yield _name(node)
    else:
        for child in ast.iter_child_nodes(node):
            yield from _names(child)


def listed() -> str:
    """The module that lists them."""
    lines = [BEGINNING]
    for each in collected():
        if len(line := f"    marked({_quoted(each)}),") <= WIDTH:
            lines.append(f"{line}\n")
            continue
        parts = [each]
        if len(_quoted(each)) + 8 > WIDTH:
            parts = textwrap.wrap(each, WIDTH - 11, drop_whitespace=False, break_on_hyphens=False)
        lines += ["    marked(\n", *(f"        {_quoted(part)}\n" for part in parts), "    ),\n"]
    return "".join([*lines, ")\n"])


def _quoted(text: str) -> str:
    """As the formatter writes it."""
    if '"' in text and "'" not in text:
        return f"'{text}'"
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


if __name__ == "__main__":
    LIST.write_text(listed(), encoding="utf-8")
