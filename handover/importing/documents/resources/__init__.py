"""Everything that comes with documents: the documents."""

from handover.importing.documents.resources.documents import Documents
from handover.importing.engine import Resource

RESOURCES: tuple[type[Resource], ...] = (Documents,)
