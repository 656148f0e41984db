"""Names in addresses: a slash that is sent as ``%2F`` belongs to the name and separates nothing."""

from __future__ import annotations

import re
from urllib.parse import unquote

from starlette.convertors import Convertor, register_url_convertor
from starlette.types import Scope

_SLASH = "\udc2f"  # half a character, which no address holds when it is read as UTF-8
_SENT = re.compile("%2f", re.IGNORECASE)


def decoded_path(raw: bytes) -> str:
    """The path of an address as it was sent, read part by part: ``routes`` give a name its slashes back.

    >>> decoded_path(b"/v1/articles/2024%2F07/related") == decoded_path(b"/v1/articles/2024/07/related")
    False
    """
    return _SLASH.join(map(unquote, _SENT.split(raw.decode("latin-1"))))


def inside(scope: Scope, root: bytes) -> None:
    """Takes ``root`` from the front of the path of a request, for proxies that pass it on as it was asked."""
    raw: bytes = scope["raw_path"]
    if root and (raw == root or raw.startswith(root + b"/")):
        scope["raw_path"] = raw[len(root) :] or b"/"
        scope["path"] = scope["path"][len(root) :] or "/"


class NameConvertor(Convertor[str]):
    """The id of an article, or the id or name of a topic. A slash that was sent as it is belongs to it too, where the
    rest of the address leaves no other way to read it."""

    regex = ".+"

    def convert(self, value: str) -> str:
        return value.replace(_SLASH, "/")

    def to_string(self, value: str) -> str:
        return value.replace("/", _SLASH)


register_url_convertor("name", NameConvertor())
