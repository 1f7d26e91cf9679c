"""Everything that can go wrong in an import, and what each one stops.

ImportProblem
├── RetryLater     the source is busy or unreachable: wait, then go on
├── NotPermitted   one list may not be read with this key: the rest goes on
├── Absent         one list does not exist for this account: the rest goes on
├── ContentMissing the bytes of one record cannot be had: everything else goes on
│   └── StorageDown   nor could they be after some patience: others may fare alike
├── StopImport     a person must act: the run halts and can be resumed
│   ├── CannotStore    unless the place of files comes back by itself
│   ├── BadPage    what the source sends for a page is not a page, even after retries
│   └── Refused    the source does not take a request; if for a part of a list, it is read whole
└── BadValue       one value cannot be read: that field stays empty, an issue is filed
"""


class ImportProblem(Exception):
    """Base of every error that the importer raises on purpose; its text is for people."""


class RetryLater(ImportProblem):
    """The source is busy or unreachable; the same work may succeed later."""

    def __init__(self, reason: str, *, seconds: float) -> None:
        super().__init__(reason)
        self.seconds = seconds


class NotPermitted(ImportProblem):
    """The key's user may not read this list."""


class Absent(ImportProblem):
    """The source has no such list for this account."""


class ContentMissing(ImportProblem):
    """The bytes of one record cannot be had; everything else goes on."""


class StorageDown(ContentMissing):
    """They did not come in as many attempts as are made at one time."""


class StopImport(ImportProblem):
    """The run cannot go on until a person has acted; the text says what to do."""


class CannotStore(StopImport):
    """Bytes cannot be stored or deleted: somebody must see to it, or it comes back by itself."""

    seconds = 30.0  # after which it is worth another attempt


class BadPage(StopImport):
    """The source's answer is not a page, even after retries."""


class Refused(StopImport):
    """The source does not take the request as it is; repeating it does not mend that."""


class BadValue(ImportProblem):
    """One value of one record cannot be read; `code` groups equal causes."""

    def __init__(self, reason: str, *, code: str = "bad value") -> None:
        super().__init__(reason)
        self.code = code
