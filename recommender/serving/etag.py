"""Answers with an ETag: a client that has one already is not sent it again."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

from starlette.requests import Request
from starlette.responses import Response


def tagged(request: Request, data: bytes, media: str, headers: Mapping[str, str], status: int = 200) -> Response:
    """``data`` with its ETag; nothing but 304 where ``If-None-Match`` names that tag, weak or strong, or any."""
    tag = f'"{blake2b(data, digest_size=12).hexdigest()}"'
    known = request.headers.get("if-none-match", "").split(",")
    if any(each.strip().removeprefix("W/") in (tag, "*") for each in known):
        return Response(status_code=304, headers={**headers, "etag": tag})
    return Response(data, status, {**headers, "etag": tag}, media)
