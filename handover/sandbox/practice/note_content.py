"""What is written in treatment notes: sections and questions, old and new in style."""

# ruff: noqa: PLR2004 - the numbers say "one in so many"

from datetime import timedelta
from functools import cache

from handover.sandbox.jsontypes import Json, Record
from handover.sandbox.practice import vocabulary as words
from handover.sandbox.practice.build import Build
from handover.sandbox.practice.hostile import attack_for

TESTS = ("McMurray", "Lachman", "Straight leg raise")
SIDES = ("Left", "Right", "Both")
RANGE = "<div>Range of motion: <b>active</b> first.</div>"
RICH_RANGE = "<p>Range of motion</p><ol><li>active</li><li>passive &amp; resisted</li></ol>"
CONSENT = "<div>The client was told of risks.</div><div>Consent was given.</div>"
OLD_HTML = "<div>Walking better</div><div><br></div><div>Stairs &lt; 1 flight</div>"
OLD_TEXTS = (
    OLD_HTML,
    "Slept well<br><br>No pain at night",
    "<div>VAS 4/10 &rarr; 2/10</div><div>&nbsp;</div><div>Continue</div>",
    "Plain line without any tag",
)
NEW_HTML = (
    "<h2>Plan</h2><p>Walking <b>better</b>, <i>less</i> <u>pain</u>.</p>"
    '<ul><li>Calf raises</li><li>Bridge</li></ul><blockquote>"It clicks"</blockquote>'
    '<p><a href="https://riverbend.example.test/plan?a=1&amp;b=2">Plan</a></p>'
)
NEW_TEXTS = (
    NEW_HTML,
    "<p>Wien \u2013 Zoë said: \u201cfine\u201d 👍</p><p><br></p><p>See again</p>",
    "<h1>Session</h1><ol><li>Warm-up<ul><li>Bike 5&prime;</li></ul></li><li>Squats</li></ol>",
    '<p>Send to <a href="mailto:gp@surgery.example.test">the GP</a></p>',
)
RECENT = timedelta(days=550)


def question(name: str, kind: str, **more: Json) -> Json:
    """A question as it stands in a section."""
    made: Json = {"name": name, "type": kind, **more}
    return made


@cache
def choices(names: tuple[str, ...], chosen: int | None = None) -> list[Json]:
    """Options with at most one of them selected; the same list each time."""
    return [
        {"value": name, "selected": True} if number == chosen else {"value": name}
        for number, name in enumerate(names)
    ]


def template_content() -> Record:
    """A template with every kind of question."""
    subjective: Json = {
        "name": "Subjective",
        "questions": [
            question("Complaint", "text"),
            question("Progress", "paragraph", answer="<p>Since last time:</p>"),
            question("Onset", "date"),
        ],
    }
    objective: Json = {
        "name": "Objective",
        "description": RANGE,
        "questions": [
            question("Tests", "checkboxes", answers=choices(TESTS), other={"enabled": True}),
            question("Side", "radiobuttons", answers=choices(SIDES), other={"enabled": False}),
            question("Remark", "text"),
            question("Remark", "text"),
            question("Chart", "bodycharts"),
        ],
    }
    return {"sections": [subjective, objective]}


def paragraphs_only() -> Record:
    """A template, or the start of a note, with one question in a section without a name."""
    return {"sections": [{"questions": [question("Notes", "paragraph")]}]}


def statements_only() -> Record:
    """A template that asks nothing."""
    return {"sections": [{"name": "Class", "description": CONSENT}, {"description": RANGE}]}


def filled(build: Build, number: int, *, age: timedelta) -> Json:
    """The content of a note; old ones know ``div`` and ``br`` only, and a few have none."""
    if number % 29 == 13:
        return None
    progress = _paragraph(build, number, old=age > RECENT)
    if number % 8 == 7:
        only = question("Notes", "paragraph", answer=progress)
        return {"sections": [{"questions": [only]}]}
    sections = [_subjective(build, number, progress), _objective(build, number)]
    if number % 11 == 6:
        sections.insert(0, {"name": "Consent", "description": CONSENT})
    if number % 10 == 1:
        sections.append(_subjective(build, number + 1, OLD_HTML))
    return {"sections": sections}


def _paragraph(build: Build, number: int, *, old: bool) -> str:
    attack = attack_for(number)
    if attack is not None:
        return attack
    texts = OLD_TEXTS if old else NEW_TEXTS
    if number % 500 == 250:
        return texts[0] * 200
    tag, complaint = "div" if old else "p", build.pick(words.COMPLAINTS)
    return f"{texts[number % 4]}<{tag}>{complaint}: {number % 11}/10</{tag}>"


def _subjective(build: Build, number: int, progress: str) -> Json:
    onset: Record = {} if number % 3 == 0 else {"answer": build.moment().date().isoformat()}
    questions = [
        question("Complaint", "text", answer=build.pick(words.COMPLAINTS)),
        question("Progress", "paragraph", answer=progress),
        question("Onset", "date", **onset),
    ]
    if number == 21:
        questions.append(question("Pain today", "scale", answer=7, maximum=10))
    return {"name": "Subjective", "questions": questions}


def _objective(build: Build, number: int) -> Json:
    questions = [
        _tests(number % 5, number % 4),
        _side(number % 7, number % 3),
        question("Remark", "text", answer="First remark"),
        _second_remark(number % 2),
    ]
    if number % 97 == 30:
        blank: list[Json] = [{"value": None, "selected": True}, {"value": "Sitting"}]
        questions.append(question("Position", "checkboxes", answers=blank))
    if number % 4 == 0:
        charts: list[Json] = [build.new_id() for _ in range(1 + number % 3)]
        questions.append(question("Chart", "bodycharts", body_chart_ids=charts))
    section: Record = {"questions": questions}
    if number % 3:
        section["name"] = "Objective"
        section["description"] = RANGE if number % 2 else RICH_RANGE
    return section


@cache
def _tests(other: int, chosen: int) -> Json:
    more: Record = {"enabled": other != 4}
    if other in {0, 1}:
        more["selected"] = True
    if other == 0:
        more["value"] = "Thessaly"
    return question("Tests", "checkboxes", answers=choices(TESTS, chosen), other=more)


@cache
def _side(other: int, chosen: int) -> Json:
    if other == 3:
        own: Json = {"enabled": True, "selected": True, "value": "Alternating <left & right>"}
        return question("Side", "radiobuttons", answers=choices(SIDES), other=own)
    no: Json = {"enabled": False}
    return question("Side", "radiobuttons", answers=choices(SIDES, chosen), other=no)


@cache
def _second_remark(answered: int) -> Json:
    more: Record = {"answer": "Second < remark"} if answered else {}
    return question("Remark", "text", **more)
