"""The words that a practice puts on its clients: joining two, taking one off everybody.

Each change counts as an edit of the clients who have the word. Callers see to the audit log.
"""

from handover.clients.models import ClientTag, Tag


def merge(tag: Tag, into: Tag) -> int:
    """Give everybody who has `tag` the other one instead, and delete it; returns how many."""
    if tag.pk == into.pk:
        raise ValueError("a tag cannot be merged into itself")
    found = ClientTag.objects.filter(tag=tag)
    count = found.count()
    both = ClientTag.objects.filter(tag=into).values("client_id")
    found.filter(client_id__in=both).delete()
    found.update(tag=into)
    tag.delete()
    return count


def remove(tag: Tag) -> int:
    """Take a word off everybody, and delete it; returns how many."""
    count, _ = ClientTag.objects.filter(tag=tag).delete()
    tag.delete()
    return count
