"""All that people read can be translated, and says *client* in the workspace's word: so it has to
pass through gettext. Looked for where it is written: in templates, and where Python tells people.
"""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent / "handover"
#: Names, and what is the same in every language.
NAMES = {"Handover", "Cliniko", "UTC", "ID", "SMS", "PDF", "CSV", "ZIP", "JSON", "h", "min", "GB"}
TOLD = {
    *("alt", "aria-label", "label", "title", "placeholder", "submit", "yes", "summary", "content"),
    *("more", "empty", "text", "heading"),
}
SPOKEN = re.compile(
    r"{%-?\s*blocktrans(late)?\b.*?{%-?\s*endblocktrans(late)?\s*%}"
    r"|{%\s*comment.*?{%\s*endcomment\s*%}|{#.*?#}|{%.*?%}|{{.*?}}",
    re.DOTALL,
)
WORD = re.compile(r"[^\W\d_]{2,}")


class Reader(HTMLParser):
    """Collects what a template says by itself, once its tags are taken out."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[tuple[int, str]] = []
        self.hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look into the attributes that people read."""
        self.hidden = tag in {"script", "style", "code"}
        if tag != "meta":
            for name, value in attrs:
                if name in TOLD:
                    self._say(value or "")

    def handle_endtag(self, tag: str) -> None:  # as its parent has it
        """What follows is read again."""
        self.hidden = False

    def handle_data(self, data: str) -> None:
        """Look at the text."""
        if not self.hidden:
            self._say(data)

    def _say(self, text: str) -> None:
        if set(WORD.findall(text)) - NAMES:
            self.said.append((self.getpos()[0], " ".join(text.split())))


def plain_text(template: str) -> list[tuple[int, str]]:
    """What a template says without gettext: line and text."""
    reader = Reader()
    reader.feed(SPOKEN.sub(lambda found: "\n" * found[0].count("\n"), template))
    return reader.said


def templates() -> Iterator[Path]:
    yield from sorted([*ROOT.rglob("templates/**/*.html"), *ROOT.rglob("templates/**/mail/*.txt")])


def test_templates_say_nothing_without_gettext() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in templates()
        for line, text in plain_text(path.read_text(encoding="utf-8"))
    ]
    assert "\n".join(found) == ""


def test_plain_text_is_found_wherever_it_stands() -> None:
    template = """{% load i18n %}<p title="Seen">{% translate "Not" %} {{ name }}</p>
    <c-card title="{% translate "Not" %}">Seen too{% if x %}, and this{% endif %}</c-card>
    {% blocktranslate %}Not {{ this }}{% endblocktranslate %}<a href="/not/">Cliniko</a>"""
    assert [text for _line, text in plain_text(template)] == ["Seen", "Seen too, and this"]


#: What is told to people, by the name of what is called or given.
CALLS = {"ValidationError", "Refused", "CannotInvite"}
METHODS = {"_page", "Clash", "success", "error", "info", "warning", "add_error"}
GIVEN = {"label", "help_text", "empty_label"}
FOLDERS = ("web", "accounts/pages", "importing/wizard", "importing/views")
FILES = (
    *("accounts/access.py", "accounts/forms.py", "accounts/middleware.py", "accounts/team.py"),
    *("scheduling/booking.py", "scheduling/hours.py", "scheduling/operations.py"),
)


def told_plainly(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Where Python gives people a text that did not pass through gettext."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        name = node.func.id if isinstance(node.func, ast.Name) else name
        told: list[ast.expr] = (
            node.args if name in CALLS else node.args[1:] if name in METHODS else []
        )
        told = [*told, *(each.value for each in node.keywords if each.arg in GIVEN)]
        for each in told:
            text = plain(each)
            if text and WORD.search(text):
                yield node.lineno, text


def plain(node: ast.expr) -> str:
    """The text of an expression that is one, or is made of one."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(plain(each) for each in node.values)
    if isinstance(node, ast.IfExp):
        return plain(node.body) or plain(node.orelse)
    if isinstance(node, ast.BinOp):
        return plain(node.left)
    return ""


def test_python_tells_people_nothing_without_gettext() -> None:
    paths = [ROOT / each for each in FILES]
    paths += [path for each in FOLDERS for path in sorted((ROOT / each).rglob("*.py"))]
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in paths
        if "tests" not in path.parts and path.name != "__init__.py"
        for line, text in told_plainly(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert "\n".join(found) == ""


def test_what_choices_are_called_passes_through_gettext() -> None:
    """All of them, shown or not: nobody has to think which."""
    found = [
        f"{model}.{name}"
        for path in sorted(ROOT.rglob("*.py"))
        if not {"migrations", "sandbox", "tests"} & set(path.parts)
        for model, name in plain_choices(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []


def plain_choices(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """The choices of a module that are called something without gettext."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and "TextChoices" in "".join(
            map(ast.unparse, node.bases)
        ):
            for each in node.body:
                if isinstance(each, ast.Assign) and "later(" not in ast.unparse(each.value):
                    yield node.name, ast.unparse(each.targets[0])


def test_what_the_signed_paper_says_by_itself_comes_with_its_data() -> None:
    """Typst knows no gettext: between its commands stands no word."""
    text = (ROOT / "importing/result/signoff.typ").read_text(encoding="utf-8")
    said = [
        *re.findall(r"^(?:=+ )?[A-Z][A-Za-z ,.]*$", text, re.MULTILINE),  # headings, paragraphs
        *re.findall(r"\[([A-Za-z][a-z ]+)\]", text),
        *re.findall(r'"([A-Z][a-z ]+)"', text),
    ]
    assert said == ["Handover"]  # the author
