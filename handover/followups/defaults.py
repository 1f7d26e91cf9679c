"""The e-mails and rules that a practice begins with: five steps, friendly first, all off."""

from django.utils.translation import gettext_lazy as later

from handover.followups.asking import kept_settings
from handover.followups.models import EmailTemplate, FollowUpRule, FollowUpSettings

LINK = """{% if Invoice.Link != blank %}
You can see the invoice here: {{Invoice.Link}}
{% endif %}"""
END = """
If you have paid in the meantime, thank you: please disregard this e-mail. If something about the \
invoice is not right, or you would like to pay in parts, just answer this e-mail.

Kind regards,
{{Practice.Name}}
"""
SOON = """A friendly note that invoice {{Invoice.Number}} over {{Invoice.AmountDue}} is \
{% if Invoice.DueDate != blank %}due on {{Invoice.DueDate}}{% else %}open{% endif %}. \
There is nothing to do if you have arranged it."""
TODAY = """Invoice {{Invoice.Number}}{% if Invoice.IssueDate != blank %} of {{Invoice.IssueDate}}\
{% endif %} is due{% if Invoice.DueDate != blank %} today{% endif %}. \
{{Invoice.AmountDue}} is still to be paid."""
A_WEEK = """Perhaps it slipped through: invoice {{Invoice.Number}} is still \
open{% if Invoice.DueDate != blank %} (it was due on {{Invoice.DueDate}}){% endif %}: \
{{Invoice.AmountDue}} of {{Invoice.Total}} is to be paid."""
TWO_WEEKS = """We have not received {{Invoice.AmountDue}} for invoice {{Invoice.Number}}\
{% if Invoice.DueDate != blank %}, which was due on {{Invoice.DueDate}}{% endif %}. \
Please pay it within the coming days, or tell us if you cannot."""
A_MONTH = """Invoice {{Invoice.Number}} \
{% if Invoice.DueDate != blank %}was due on {{Invoice.DueDate}}, {{Invoice.DaysOverdue}} days ago\
{% else %}is still open{% endif %}. {{Invoice.AmountDue}} is still to be paid. \
Please pay it, or get in touch with us this week, so that we can find a way together."""
ON_ITS_DAY = """Invoice {{Invoice.Number}} is \
{% if Invoice.DueDate != blank %}due on {{Invoice.DueDate}}{% else %}open{% endif %}"""
LATE = """Invoice {{Invoice.Number}} \
{% if Invoice.DueDate != blank %}was due on {{Invoice.DueDate}}{% else %}is still open{% endif %}"""
DAYS = """Invoice {{Invoice.Number}} is {% if Invoice.DueDate != blank %}\
{{Invoice.DaysOverdue}} days overdue{% else %}still open{% endif %}"""
PLEASE = """Please pay invoice {{Invoice.Number}}\
{% if Invoice.DueDate != blank %}, {{Invoice.DaysOverdue}} days overdue{% endif %}"""
#: Days after the due day, the name of the template, its subject, how it begins.
STEPS = (
    (-3, later("Due soon"), ON_ITS_DAY, SOON),
    (0, later("Due today"), ON_ITS_DAY, TODAY),
    (7, later("A week overdue"), LATE, A_WEEK),
    (14, later("Two weeks overdue"), DAYS, TWO_WEEKS),
    (30, later("A month overdue"), PLEASE, A_MONTH),
)


def begin(workspace_id: int) -> None:
    """Make them for a practice that has no template yet; rules are off."""
    if EmailTemplate.objects.exists():
        return
    kept_settings(workspace_id)
    FollowUpSettings.objects.select_for_update().get()  # two who open the page make them once
    if EmailTemplate.objects.exists():
        return
    for days, name, subject, body in STEPS:
        template = EmailTemplate.objects.create(
            workspace_id=workspace_id,
            name=str(name),
            subject=subject,
            body=f"Hello {{{{Recipient.FirstName}}}},\n\n{body}\n{LINK}{END}",
        )
        FollowUpRule.objects.create(workspace_id=workspace_id, template=template, days=days)
