"""Where the bytes of files lie: a folder or S3, under random keys, both through Django's storages.

In a folder they are encrypted with the installation's key. In S3 it is the bucket that encrypts:
machines that come and go would lose a key of their own, and every file with it.
"""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from django.core.files.storage import FileSystemStorage

CHUNK = 256 * 1024
PART = 8 * 1024 * 1024  # the least that S3 takes is 5 MB
UNFINISHED = ".part"


class Place(Protocol):
    """A place that keeps bytes by key; everything that goes wrong there is an `OSError`."""

    def write(self, key: str, chunks: Iterable[bytes]) -> None:
        """Keep them whole or not at all, in memory that does not grow with their length."""

    def read(self, key: str) -> Iterator[bytes]:
        """Give them back. Raises `FileNotFoundError`."""

    def remove(self, key: str) -> None:
        """Delete them, and what an interrupted writing has left of them; there may be nothing."""

    def keys(self) -> Iterator[str]:
        """Everything that lies here."""

    def free(self) -> int | None:
        """How many bytes have room; None where there is no end of it."""


class Folder:
    """A folder that nobody but its owner can look into."""

    def __init__(self, path: Path) -> None:
        self._storage = FileSystemStorage(
            location=path, file_permissions_mode=0o600, directory_permissions_mode=0o700
        )
        self.path = path

    def __repr__(self) -> str:
        return f"Folder({self.path})"

    def write(self, key: str, chunks: Iterable[bytes]) -> None:
        """Write beside, then give it its name: what has its name is whole."""
        whole = Path(self._storage.path(key))
        part = Path(self._storage.path(key + UNFINISHED))
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        whole.parent.mkdir(exist_ok=True, mode=0o700)
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        part.replace(whole)
        _sync(whole.parent)

    def read(self, key: str) -> Iterator[bytes]:
        """Read it piece by piece."""
        with self._storage.open(key) as file:
            yield from file.chunks(CHUNK)

    def remove(self, key: str) -> None:
        """Delete both names."""
        self._storage.delete(key + UNFINISHED)
        self._storage.delete(key)

    def keys(self) -> Iterator[str]:
        """List the folders of all workspaces."""
        if self.path.exists():
            for workspace in self._storage.listdir("")[0]:
                yield from (f"{workspace}/{name}" for name in self._storage.listdir(workspace)[1])

    def free(self) -> int | None:
        """Ask the disk."""
        there = next(each for each in (self.path, *self.path.parents) if each.exists())
        return shutil.disk_usage(there).free


class Bucket:
    """A bucket of S3, or of anything that speaks as it does (`AWS_ENDPOINT_URL`)."""

    def __init__(self, address: str) -> None:
        from boto3.s3.transfer import TransferConfig  # noqa: PLC0415  # slow, and few need it
        from storages.backends.s3 import S3Storage  # noqa: PLC0415

        parts = urlsplit(address)
        self.address = address
        self._storage = S3Storage(
            bucket_name=parts.netloc,
            location=parts.path.strip("/"),
            signature_version="s3v4",
            default_acl=None,
            file_overwrite=False,
            querystring_expire=60,
        )
        # one part at a time and no threads: memory stays at a part for each file under way
        self._transfer = TransferConfig(
            multipart_threshold=PART, multipart_chunksize=PART, use_threads=False
        )

    def __repr__(self) -> str:
        return f"Bucket({self.address})"

    def write(self, key: str, chunks: Iterable[bytes]) -> None:
        """Send it in parts; an object is there when all of it is."""
        with _as_os_error(self.address):
            self._object(key).upload_fileobj(_Reader(chunks), Config=self._transfer)

    def read(self, key: str) -> Iterator[bytes]:
        """Fetch it piece by piece."""
        with _as_os_error(self.address):
            yield from self._object(key).get()["Body"].iter_chunks(CHUNK)

    def remove(self, key: str) -> None:
        """Delete it; what was not sent to its end was never an object."""
        with _as_os_error(self.address):
            self._storage.delete(key)

    def keys(self) -> Iterator[str]:
        """List everything below our prefix."""
        prefix = f"{self._storage.location}/" if self._storage.location else ""
        with _as_os_error(self.address):
            for each in self._storage.bucket.objects.filter(Prefix=prefix):
                yield str(each.key).removeprefix(prefix)

    def free(self) -> int | None:
        """A bucket takes whatever comes."""
        return None

    def _object(self, key: str):  # type: ignore[no-untyped-def] # boto3 has no types
        return self._storage.bucket.Object("/".join(filter(None, (self._storage.location, key))))


class _Reader:
    """Chunks as a file that can be read once: all that sending in parts needs."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks, self._held = iter(chunks), bytearray()

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._held) < size:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            self._held += chunk
        most = len(self._held) if size < 0 else size
        taken = bytes(self._held[:most])
        del self._held[:most]
        return taken


@contextmanager
def _as_os_error(address: str) -> Iterator[None]:
    """What S3 answers, as the operating system would say it; nothing of the request is told."""
    from boto3.exceptions import Boto3Error  # noqa: PLC0415  # slow, and few need it
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        kind = FileNotFoundError if code in {"NoSuchKey", "404"} else OSError
        problem = kind(f"{address} answers: {code or 'no reason'}")
    except (BotoCoreError, Boto3Error) as error:
        problem = OSError(f"{address} cannot be used: {type(error).__name__}")
    else:
        return
    raise problem


def _sync(folder: Path) -> None:
    """Have the disk keep the name as well."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def place_at(address: str) -> Place:
    """The place of an address: `s3://bucket/prefix`, or a folder's path."""
    return Bucket(address) if address.startswith("s3://") else Folder(Path(address))
