"""Words for the steps of follow-ups."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def step(days: int) -> str:
    """When a rule writes: so many days after the due day, or before it."""
    if days == 0:
        return _("On the due day")
    if days < 0:
        told = ngettext("Due in %(count)d day", "Due in %(count)d days", -days)
        return told % {"count": -days}
    return ngettext("%(count)d day overdue", "%(count)d days overdue", days) % {"count": days}
