"""Tokens with a name and a role; the file keeps only their hashes."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from ..errors import InputError, QueryError, reason
from ..files.atomic import replace_text
from ..files.jsonl_log import append_line, one_line, read_lines
from ..files.reading import SETTINGS_LIMIT, stamp
from ..lazy import dataclass

FILE = "tokens.jsonl"
ROLES = ("reader", "editor", "admin")
_KEYS = {"name", "role", "hash", "created"}
_HINT = "Take out that line, or make the file anew: recommender serve --new-token ROLE NAME"


@dataclass(frozen=True, slots=True)
class TokenHolder:
    """The holder of a token. ``hash`` is sha256 of the token, 256 random bits: no salt is needed."""

    name: str
    role: str
    hash: str
    created: str

    def may(self, role: str) -> bool:
        return ROLES.index(self.role) >= ROLES.index(role)


class Tokens:
    """The holders in a file, read anew when it changes; none where there is no file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stamp: tuple[int, int, int] | None = None
        self._holders: tuple[TokenHolder, ...] = ()

    @property
    def holders(self) -> tuple[TokenHolder, ...]:
        """Raises InputError for a file that cannot be read."""
        modified = stamp(self.path)
        if modified != self._stamp:
            self._holders, self._stamp = _read(self.path) if modified else (), modified
        return self._holders

    def of(self, token: str) -> TokenHolder | None:
        """The holder of ``token``. Every hash is compared in constant time, also after a match."""
        digest, result = _hash(token), None
        for holder in self.holders:
            if hmac.compare_digest(holder.hash, digest):
                result = holder
        return result

    def add(self, role: str, name: str) -> str:
        """A new token, which is written nowhere. Raises QueryError for an empty or a known name, InputError."""
        name = one_line(name)
        if not name or len(name) > 100:
            raise QueryError(f"'{name}' is not a valid name.", "Say whose token it is, in 100 characters at most.")
        if any(holder.name == name for holder in self.holders):
            raise QueryError(f"'{name}' has a token.", f"Take it back first: recommender serve --revoke-token '{name}'")
        token = f"rec_{secrets.token_urlsafe(32)}"
        now = datetime.now(UTC).isoformat(timespec="seconds")
        line = json.dumps(asdict(TokenHolder(name, role, _hash(token), now)), ensure_ascii=False)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        append_line(self.path, line, lambda: True)
        return token

    def revoke(self, name: str) -> None:
        """Raises QueryError for a name that has no token, InputError."""
        others = [holder for holder in self.holders if holder.name != name]
        if len(others) == len(self.holders):
            names = ", ".join(holder.name for holder in self.holders) or "none"
            raise QueryError(f"'{name}' has no token.", f"Tokens: {names}.")
        try:
            replace_text(self.path, "".join(json.dumps(asdict(h), ensure_ascii=False) + "\n" for h in others))
        except OSError as error:
            raise InputError(
                f"{self.path} cannot be written: {reason(error)}.", "Check space and permissions."
            ) from None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _read(path: Path) -> tuple[TokenHolder, ...]:
    lines = enumerate(read_lines(path, "Check its permissions.", SETTINGS_LIMIT), start=1)
    return tuple(_holder(path, number, line) for number, line in lines if line.strip())


def _holder(path: Path, number: int, line: str) -> TokenHolder:
    try:
        row = json.loads(line)
        if row.keys() != _KEYS or not all(isinstance(v, str) for v in row.values()) or row["role"] not in ROLES:
            raise ValueError
    except (ValueError, AttributeError, RecursionError):
        raise InputError(f"{path}, line {number}: this is not a valid token. None is accepted.", _HINT) from None
    return TokenHolder(**row)
