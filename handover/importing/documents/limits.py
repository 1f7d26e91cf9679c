"""What an archive may ask of us; beyond it, it is refused before anything is written."""

from dataclasses import dataclass

MEGABYTE = 1024**2
GIGABYTE = 1024**3


@dataclass(frozen=True)
class Limits:
    """How much is too much. A practice that has more makes several archives of it."""

    #: Ten documents each of ten thousand clients. What is known of them is held in memory: 140 MB.
    entries: int = 100_000
    #: The list of contents is read in one piece: room for names of 300 characters each.
    directory: int = 32 * MEGABYTE
    #: One document; more than any scan, and as much as an import takes of a file of unknown size.
    document: int = 8 * GIGABYTE
    #: How far a document may have been packed: scans and PDFs hardly are, texts to a tenth, and
    #: only what was made to overwhelm comes near the thousandth that the method allows.
    ratio: int = 100
    #: A blank scan may be packed as far as a bomb: so far it does no harm, whatever the ratio.
    harmless: int = 100 * MEGABYTE
    #: All of them together, by the same measure.
    harmless_together: int = GIGABYTE
    #: What stays free on the disk: the database needs some too.
    spare: int = 64 * MEGABYTE


USUAL = Limits()
