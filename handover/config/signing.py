"""The key that sessions and links are signed with: it outlives a restart."""

import os
import secrets
from pathlib import Path

from handover.config.environment import BadSetting, Environment

KEY_FILE = "signing.key"


def use_signing_key(environment: Environment) -> None:
    """Have Django sign with the installation's key; to be called before it is set up."""
    if not environment.secret_key:
        os.environ["HANDOVER_SECRET_KEY"] = signing_key(environment.home)


def signing_key(home: Path) -> str:
    """The key in `<home>/signing.key`, which only its owner can read; made first if there is none.

    Several processes may ask at once: one makes it, and all get the same. Raises `BadSetting`.
    """
    path = home / KEY_FILE
    try:
        return path.read_text(encoding="ascii").strip() or _made(path)
    except FileNotFoundError:
        return _made(path)
    except OSError as problem:
        raise BadSetting(f"{path} cannot be read: {problem.strerror}") from None


def _made(path: Path) -> str:
    mine = path.with_name(f"{KEY_FILE}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(mine, path)  # whole, or another process was first
        except FileExistsError:
            pass
        finally:
            mine.unlink()
        return path.read_text(encoding="ascii").strip()
    except OSError as problem:
        raise BadSetting(f"{path} cannot be made: {problem.strerror}") from None
