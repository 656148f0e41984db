"""Answers with an ETag: 304 for a client that has the current one."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

from starlette.requests import Request
from starlette.responses import Response


def tagged(request: Request, data: bytes, media: str, headers: Mapping[str, str], status: int = 200) -> Response:
    """``data`` with its ETag; 304 if ``If-None-Match`` names that tag, weak or strong, or ``*``."""
    tag = f'"{blake2b(data, digest_size=12).hexdigest()}"'
    tags = request.headers.get("if-none-match", "").split(",")
    if any(candidate.strip().removeprefix("W/") in (tag, "*") for candidate in tags):
        return Response(status_code=304, headers={**headers, "etag": tag})
    return Response(data, status, {**headers, "etag": tag}, media)
