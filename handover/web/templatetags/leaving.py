"""What somebody would leave behind, on the page where they are deactivated."""

from django import template

from handover.accounts.models import User
from handover.web.leaving import remains_of

register = template.Library()


@register.inclusion_tag("web/remains.html")
def remains(user: User) -> dict[str, object]:
    """`{% remains person %}`: appointments to come, hours and drafts; nothing if there are none."""
    return {"person": user, "remains": remains_of(user)}
