"""What the first pages of a process would otherwise wait for: templates, read and compiled."""

from pathlib import Path

from django.template.loader import get_template

TEMPLATES = Path(__file__).parent / "templates"
#: Components, and the pages that people begin their day with; all others would double the start.
PARTS = ("cotton/*.html", "web/*.html", "web/client/*.html", "web/calendar/*.html")


def warm_up() -> int:
    """Compile the templates of the workspace, and say how many there are.

    Call it before the first request, and before `settle`: what is compiled is here to stay.
    """
    names = [
        str(each.relative_to(TEMPLATES)) for part in PARTS for each in sorted(TEMPLATES.glob(part))
    ]
    for name in names:
        get_template(name)
    return len(names)
