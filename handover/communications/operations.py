"""Writing down what was said: what the practice has sent from here."""

from handover.billing.models import Invoice
from handover.communications.models import Communication
from handover.messaging.models import OutgoingMessage


def keep_sent(message: OutgoingMessage, invoice: Invoice, *, category: str, content: str) -> None:
    """Put an e-mail about an invoice, which was sent, among the communications of its client.

    `content` is its text as people may read it later.
    """
    Communication.objects.create(
        workspace_id=message.workspace_id,
        kind=Communication.Kind.EMAIL,
        channel=Communication.Channel.EMAIL,
        direction=Communication.Direction.SENT,
        category=category,
        subject=message.subject,
        content=content,
        sender=message.from_name,
        recipient=message.to,
        confidential=False,
        client_id=invoice.client_id,
        invoice=invoice,
        created_at=message.sent_at,
    )
