"""Captures of the web (WARC): the pages of its responses.

The form is simple enough to be read here; the libraries for it hold a line of any length, or end the program where a
file is broken.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import BinaryIO

from recommender.errors import InputError
from recommender.readers.article import Record
from recommender.readers.formats.common import Read, left_out
from recommender.readers.notes import ReadProblem
from recommender.readers.page_reading import PageReading
from recommender.readers.records import Records
from recommender.readers.unpack import PAGE_LIMIT

from ...lazy import dataclass

HEADER_LIMIT = 1 << 16
"""Most bytes of the headers of a capture or of an answer."""
_PAGES = ("text/html", "application/xhtml+xml")
_HINT = "Fetch or write it again."

Parse = Callable[[bytes, str | None], PageReading]


@dataclass(frozen=True, slots=True)
class _Capture:
    """One record of a WARC; ``block`` is ``None`` where it is larger than a page may be."""

    number: int
    headers: dict[str, str]
    block: bytes | None

    @property
    def kind(self) -> str:
        return self.headers.get("warc-type", "").lower()

    @property
    def url(self) -> str | None:
        address = self.headers.get("warc-target-uri", "").strip("<> ")
        return address if address.startswith(("http://", "https://")) else None


def warc(stream: BinaryIO, file: Records, encoding: str | None, *, html: Parse, text: Parse) -> Iterator[Read]:
    """A record for each page that was answered, or whose text is kept; its line is the number of the capture.

    Captures that are no page, or hold no text, are counted by the reason.
    """
    out: Counter[str] = Counter()
    count = 0
    for capture in _captures(stream):
        count += 1
        if capture.kind in ("response", "resource"):
            yield from _page(capture, file, encoding, out, html)
        elif capture.kind == "conversion":
            yield from _page(capture, file, encoding, out, text)
        elif capture.kind == "revisit":
            out["revisits of what was captured before"] += 1
    if not count:
        raise InputError("The file holds no captures.", _HINT)
    yield from left_out(file.path, out)


def _captures(stream: BinaryIO) -> Iterator[_Capture]:
    number = 0
    while (line := _first_line(stream)) is not None:
        number += 1
        if not line.startswith(b"WARC/"):
            raise InputError(f"The WARC is broken at its record {number}: {line[:30]!r} begins none.", _HINT)
        headers = _headers(stream)
        length = headers.get("content-length", "")
        if not (length.isascii() and length.isdigit()) or len(length) > 12:
            raise InputError(f"The WARC is broken at its record {number}: it states no length.", _HINT)
        is_page = headers.get("warc-type", "").lower() in ("response", "resource", "conversion")
        block = _block(stream, int(length), is_page)
        yield _Capture(number, headers, block)


def _first_line(stream: BinaryIO) -> bytes | None:
    """The first line of the next record; ``None`` at the end of the file."""
    while line := stream.readline(HEADER_LIMIT):
        if line.strip():
            return line
    return None


def _headers(stream: BinaryIO) -> dict[str, str]:
    """Names in small letters to values, up to an empty line."""
    headers: dict[str, str] = {}
    size = 0
    name = ""
    while (line := stream.readline(HEADER_LIMIT)).strip():
        size += len(line)
        if size >= HEADER_LIMIT:
            raise InputError(f"The headers of a capture are larger than {HEADER_LIMIT} bytes.", _HINT)
        text = line.decode("utf-8", "replace")
        if line[:1] in b" \t" and name:
            headers[name] += " " + text.strip()
        else:
            key, _, value = text.partition(":")
            name = key.strip().lower()
            headers.setdefault(name, value.strip())
    return headers


def _block(stream: BinaryIO, length: int, is_page: bool) -> bytes | None:
    """The bytes of a record, whole or passed over; InputError where the file ends before."""
    keep = is_page and length <= PAGE_LIMIT + HEADER_LIMIT
    chunks: list[bytes] = []
    while length:
        data = stream.read(min(length, 1 << 20))
        if not data:
            raise InputError("The WARC ends within a record.", _HINT)
        length -= len(data)
        if keep:
            chunks.append(data)
    return b"".join(chunks) if keep else None


def _page(capture: _Capture, file: Records, encoding: str | None, out: Counter[str], parse: Parse) -> Iterator[Read]:
    if capture.block is None:
        out[f"captures larger than {PAGE_LIMIT} bytes"] += 1
        return
    try:
        raw, charset, why = _content(capture.headers, capture.block)
        if why:
            out[why] += 1
            return
        page = parse(raw, encoding or charset)
    except InputError as error:
        yield ReadProblem(file.path, capture.number, error.problem, error.hint, "note")
        return
    record = page.to_record(file.path)
    if page.refusal:
        out["error pages, front pages and sections"] += 1
    elif record.article.title or record.article.body or record.related:
        yield placed(record, capture.number, capture.url)
    else:
        out["pages that tell nothing"] += 1


def placed(record: Record, number: int, url: str | None) -> Record:
    """The record of a page as one of many in a file; its address is the page's own, else that of the capture."""
    article = record.article if record.article.url or not url else replace(record.article, url=url)
    return replace(record, article=article, line=number, kind="record")


def _content(headers: dict[str, str], block: bytes) -> tuple[bytes, str | None, str]:
    """The bytes of a page, its charset, and the reason why it is no page, in the plural; empty if it is one."""
    if not block.startswith(b"HTTP/"):
        kind = _media_type(headers.get("content-type", ""))
        return block, None, "" if kind in (*_PAGES, "text/plain") else "captures of other kinds than pages"
    head, _, body = block.partition(b"\r\n\r\n") if b"\r\n\r\n" in block else block.partition(b"\n\n")
    first, *lines = head.decode("latin-1").splitlines() or [""]
    http_headers = dict[str, str]()
    for line in lines[:1000]:
        name, _, value = line.partition(":")
        http_headers.setdefault(name.strip().lower(), value.strip())
    status = first.partition(" ")[2].split(" ")[0]
    if status != "200":
        return b"", None, f"answers of status {status[:3]}" if status else "broken answers"
    if _media_type(http_headers.get("content-type", "text/html")) not in _PAGES:
        return b"", None, "captures of other kinds than pages"
    return *_unpack_body(http_headers, body), ""


def _unpack_body(headers: dict[str, str], body: bytes) -> tuple[bytes, str | None]:
    """A body without chunks and compression, which some writers of WARC remove and yet name in the headers."""
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = _join_chunks(body)
    packing = headers.get("content-encoding", "").lower().strip()
    if packing in ("gzip", "x-gzip") and body.startswith(b"\x1f\x8b"):
        body = _inflate(body, 31)
    elif packing == "deflate" and body[:1] == b"\x78":
        body = _inflate(body, 15)
    elif packing == "br" and b"<" not in body[:1000]:
        raise InputError("The page is packed with brotli, which is not read.", "Write the WARC with unpacked pages.")
    return body, _charset(headers.get("content-type", ""), body)


def _join_chunks(body: bytes) -> bytes:
    """The chunks of a body; what is not in chunks stays as it is."""
    chunks: list[bytes] = []
    at = 0
    while at < len(body):
        end = body.find(b"\r\n", at, at + 100)
        size = body[at:end].split(b";")[0].strip() if end > 0 else b""
        if not size or len(size) > 8 or size.strip(b"0123456789abcdefABCDEF"):
            return body if not chunks else b"".join(chunks)
        length = int(size, 16)
        if not length:
            break
        chunks.append(body[end + 2 : end + 2 + length])
        at = end + 2 + length + 2
    return b"".join(chunks)


def _inflate(body: bytes, bits: int) -> bytes:
    try:
        data = zlib.decompressobj(bits).decompress(body, PAGE_LIMIT + 1)
    except zlib.error as error:
        raise InputError(f"The page cannot be unpacked: {error}.", _HINT) from error
    if len(data) > PAGE_LIMIT:
        raise InputError(f"The page unpacks to more than {PAGE_LIMIT} bytes.", "It is left out.")
    return data


def _media_type(content_type: str) -> str:
    return content_type.split(";")[0].strip().lower()


def _charset(content_type: str, body: bytes) -> str | None:
    """The charset of the answer where the page names none; that of Korean pages is detected from the text."""
    name = content_type.lower().partition("charset=")[2].split(";")[0].strip(" \"'")
    if not name or b"charset" in body[:4096].lower() or name.startswith(("utf", "euc-kr", "ks_c", "ms949")):
        return None
    return name
