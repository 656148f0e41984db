"""Forms that a browser sends, urlencoded or multipart, read by the standard library."""

from __future__ import annotations

import re
from dataclasses import field
from urllib.parse import parse_qsl

from starlette.requests import Request

from ...lazy import dataclass
from ..refusal import Refusal

LIMIT = 12_000_000
"""Bytes of a form, with its files."""
_BOUNDARY = re.compile(r';\s*boundary=(?:"([^"]{1,200})"|([^\s;,"]{1,200}))', re.IGNORECASE)
_PARAMETER = re.compile(r';\s*(name|filename)="([^"]*)"', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Form:
    """Fields by name, in order, and files as pairs of a name and its bytes; the names of ``further`` files that came
    under a name that a file has already."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    further: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        """The first value, stripped; empty for none."""
        return self.fields.get(name, [""])[0].strip()

    def all(self, name: str) -> list[str]:
        return [value for value in self.fields.get(name, ()) if value]


def form_of_pairs(pairs: list[tuple[str, str]]) -> Form:
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return Form(fields)


async def read_form(request: Request) -> Form:
    """The form of a request. Raises Refusal where it is too large or no form."""
    kind = request.headers.get("content-type", "")
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LIMIT:
            raise Refusal(413, f"The form is larger than {LIMIT:,} bytes.", "Send a smaller file.")
    return parsed_form(kind, bytes(body))


def parsed_form(kind: str, body: bytes) -> Form:
    """The form in ``body``, which is of the content type ``kind``."""
    name = kind.partition(";")[0].strip().lower()
    if name == "application/x-www-form-urlencoded":
        try:
            pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=10_000)
        except ValueError:
            raise Refusal(413, "The form has too many fields.", "Choose fewer.") from None
        return form_of_pairs(pairs)
    if name == "multipart/form-data":
        return _multipart(kind, body)
    raise Refusal(415, "This is not a form.", "Send application/x-www-form-urlencoded or multipart/form-data.")


def _multipart(kind: str, body: bytes) -> Form:
    match = _BOUNDARY.search(kind)
    if not match:
        raise Refusal(400, "The form cannot be read.", "Send it again.")
    boundary = match[1] or match[2]
    form = Form()
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary.encode("latin-1", "replace"))[1:]:
        head, _, data = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        _take(form, head.decode("utf-8", "replace"), data)
    return form


def _take(form: Form, head: str, data: bytes) -> None:
    """Adds a named part to ``form``: a field, or a file where one was chosen."""
    values = (line.partition(":")[2] for line in head.splitlines() if line.lower().startswith("content-disposition:"))
    parameters = dict(_PARAMETER.findall(next(values, "")))
    if not (name := parameters.get("name")):
        return
    if "filename" not in parameters:
        form.fields.setdefault(name, []).append(data.decode("utf-8", "replace"))
    elif name in form.files:
        form.further.append(parameters["filename"])
    elif parameters["filename"] or data:
        form.files[name] = (parameters["filename"], data)
