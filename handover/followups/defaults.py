"""The e-mails and rules that a practice begins with: five steps, friendly first, all off."""

from django.utils.translation import gettext_lazy as later

from handover.followups.asking import settings_of
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
SOON = """A friendly note that invoice {{Invoice.Number}} over {{Invoice.AmountDue}} is due on \
{{Invoice.DueDate}}. There is nothing to do if you have arranged it."""
TODAY = """Invoice {{Invoice.Number}} of {{Invoice.IssueDate}} is due today. \
{{Invoice.AmountDue}} is still to be paid."""
A_WEEK = """Perhaps it slipped through: invoice {{Invoice.Number}} was due on \
{{Invoice.DueDate}}, and {{Invoice.AmountDue}} of {{Invoice.Total}} is still to be paid."""
TWO_WEEKS = """We have not received {{Invoice.AmountDue}} for invoice {{Invoice.Number}}, which \
was due on {{Invoice.DueDate}}. Please pay it within the coming days, or tell us if you cannot."""
A_MONTH = """Invoice {{Invoice.Number}} was due on {{Invoice.DueDate}}, {{Invoice.DaysOverdue}} \
days ago. {{Invoice.AmountDue}} is still to be paid. Please pay it, or get in touch with us this \
week, so that we can find a way together."""
ON_ITS_DAY = "Invoice {{Invoice.Number}} is due on {{Invoice.DueDate}}"
LATE = "Invoice {{Invoice.Number}} was due on {{Invoice.DueDate}}"
DAYS = "Invoice {{Invoice.Number}} is {{Invoice.DaysOverdue}} days overdue"
PLEASE = "Please pay invoice {{Invoice.Number}}, {{Invoice.DaysOverdue}} days overdue"
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
    settings_of(workspace_id)
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
