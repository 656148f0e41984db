"""Mails (.eml, .mbox), and pages that a browser saved as one (.mhtml)."""

from __future__ import annotations

import email
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.charset import UNKNOWN8BIT
from email.errors import HeaderParseError, MessageError
from email.header import Header, decode_header
from email.message import Message
from email.policy import Compat32
from email.utils import parseaddr
from functools import partial
from typing import BinaryIO

from recommender.errors import InputError
from recommender.readers.encoding import declared, decode
from recommender.readers.formats.common import Read, record_of
from recommender.readers.formats.html_fragment import paragraphs_of
from recommender.readers.notes import ReadProblem
from recommender.readers.page_reading import PageReading
from recommender.readers.records import Records
from recommender.readers.unpack import PAGE_LIMIT

PARTS_LIMIT = 10_000
"""Most parts of one mail."""
HEADER_LIMIT = 10_000
"""Most characters of one header that are read."""
_FROM = re.compile(rb"From [^\r\n]{0,300}\d\d:\d\d")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_WEEKDAY = re.compile(r"^[A-Za-z]{3,9},? ")
_HALF = re.compile("[\udc80-\udcff]")  # a byte that is no text, as the library hands it on
_ZONE = re.compile(r" \([A-Za-z ]{1,40}\)$")


class _Bounded(Compat32):
    """Reads headers as the library does, of each `HEADER_LIMIT` characters at most: some take it the square of that."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:HEADER_LIMIT]


def eml(stream: BinaryIO, file: Records, encoding: str | None) -> Iterator[Read]:
    """One mail as a record."""
    yield from record_of(partial(_values, stream.read(), encoding), file, 1)


def mbox(stream: BinaryIO, file: Records, encoding: str | None) -> Iterator[Read]:
    """Every mail of a mailbox, at the line that it begins at."""
    any_mail = False
    for line, raw in _messages(stream):
        any_mail = True
        if raw is None:
            reason = f"The mail is larger than {PAGE_LIMIT} bytes."
            yield ReadProblem(file.path, line, reason, "Save it without what is attached.")
        else:
            yield from record_of(partial(_values, _QUOTED_FROM.sub(rb"\1", raw), encoding), file, line)
    if not any_mail:
        raise InputError("The mailbox holds no mails.", "A mail in it begins with a line 'From ...'.")


def _messages(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Where each mail begins and its bytes, ``None`` for one over the limit."""
    lines_read: list[bytes] = []
    begun = size = 0
    blank = True
    for number, line in enumerate(iter(lambda: stream.readline(1 << 20), b""), start=1):
        if blank and _FROM.match(line):
            if begun:
                yield begun, b"".join(lines_read) if size <= PAGE_LIMIT else None
            lines_read, begun, size = [], number, 0
        elif begun:
            size += len(line)
            if size <= PAGE_LIMIT:
                lines_read.append(line)
            else:
                lines_read.clear()
        blank = not line.strip()
    if begun:
        yield begun, b"".join(lines_read) if size <= PAGE_LIMIT else None


def _values(raw: bytes, encoding: str | None) -> dict[str, object]:
    message = _parse_message(raw)
    return {
        "id": " ".join(_header(message, "Message-ID").strip("<> ").split())[:300],
        "title": _header(message, "Subject"),
        "author": _sender(message),
        "published": _date(_header(message, "Date")),
        "body": _body(message, encoding),
    }


def _parse_message(raw: bytes) -> Message:
    if raw.count(b"\n--") > PARTS_LIMIT:
        raise InputError(f"The mail has more than {PARTS_LIMIT:,} parts.", "Is it one mail?")
    try:
        message = email.message_from_bytes(raw, policy=_Bounded())
    except (MessageError, ValueError, RecursionError, LookupError, TypeError, IndexError) as error:
        raise InputError(f"The mail cannot be read: {str(error)[:100]}.", "Save it again.") from error
    if not message.keys():
        raise InputError("The file is not a mail: it has no headers.", "Save it again.")
    return message


def _parts(message: Message, kind: str) -> list[Message]:
    """The parts of that kind which are no attachments."""
    try:
        parts = list(message.walk())
    except RecursionError as error:
        raise InputError("The mail is nested too deeply.", "Save its text.") from error
    return [part for part in parts if part.get_content_type() == kind and not _is_attachment(part)]


def _is_attachment(part: Message) -> bool:
    return "attachment" in _header(part, "Content-Disposition").lower()


def _sender(message: Message) -> str:
    """The name of the sender: split from the address first and then decoded, for it may hold commas and brackets."""
    raw = next((str(value) for name, value in message.raw_items() if name.lower() == "from"), "")
    if name := _decode_words(_name(raw)):
        return name
    whole = _decode_words(raw)  # also the address may be encoded
    return _name(whole) if "@" in whole else whole


def _name(sender: str) -> str:
    """The name beside an address; empty without one."""
    before, mark, behind = sender.partition("<")
    if mark and "@" in behind and "<" not in behind and not set("@()") & set(before):
        return before.strip(' \t\r\n"').replace('\\"', '"')
    try:
        return parseaddr(sender)[0]
    except RecursionError:  # brackets within brackets
        return ""


def _header(message: Message, name: str) -> str:
    """A header as text, whatever words it was encoded in."""
    return _decode_words(message.get(name))


def _decode_words(value: str | Header | None) -> str:
    """The text of a value, its encoded words decoded; the encoding of bytes without a name is guessed."""
    if value is None:
        return ""
    try:
        if isinstance(value, str) and not value.isascii() and _HALF.search(value):
            value = Header(value, UNKNOWN8BIT)
        parts = decode_header(value)
    except (HeaderParseError, ValueError, LookupError, TypeError):
        return " ".join(str(value).split())
    return " ".join("".join(_decode_part(raw, name) for raw, name in parts).split())


def _decode_part(raw: bytes | str, charset: str | None) -> str:
    if isinstance(raw, str):
        return raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if not charset or charset == "unknown-8bit":
        try:
            return decode(raw)[0]
        except InputError:
            return raw.decode("latin-1")
    return raw.decode(_codec(charset) or "utf-8", "replace")


def _codec(charset: str | None) -> str | None:
    try:
        return declared(charset) if charset else None
    except InputError:
        return None


def _date(value: str) -> str:
    """``Mon, 5 Aug 2024 11:16:00 +0900 (KST)`` without what is no date of it."""
    return _ZONE.sub("", _WEEKDAY.sub("", value))


def _body(message: Message, encoding: str | None) -> str:
    """The plain text, or else the paragraphs of the HTML."""
    for kind in ("text/plain", "text/html"):
        texts = [_text(part, encoding) for part in _parts(message, kind)]
        if kind == "text/html":
            texts = [paragraphs_of(text) for text in texts]
        if body := "\n".join(text for text in texts if text.strip()):
            return body
    return ""


def _payload(part: Message) -> bytes:
    try:
        raw = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AssertionError) as error:
        raise InputError(f"A part of the mail cannot be read: {str(error)[:100]}.", "Save it again.") from error
    return raw if isinstance(raw, bytes) else b""


def _charset(part: Message) -> str | None:
    try:
        charset = part.get_content_charset()
    except (ValueError, LookupError, TypeError, AttributeError):
        return None
    return _codec(charset) if charset != "us-ascii" else None


def _text(part: Message, encoding: str | None) -> str:
    raw, charset = _payload(part), encoding or _charset(part)
    try:
        return decode(raw, charset)[0]
    except InputError:
        return decode(raw)[0]


def mhtml(raw: bytes, encoding: str | None, *, html: Callable[[bytes, str | None], PageReading]) -> PageReading:
    """The page that was saved; its address is the one it was saved from, unless the page names one."""
    message = _parse_message(raw)
    pages = _parts(message, "text/html") or _parts(message, "application/xhtml+xml")
    if not pages:
        raise InputError("The file holds no page of HTML.", "Save the page again.")
    addresses = [_header(message, "Snapshot-Content-Location"), _header(pages[0], "Content-Location")]
    page = next(
        (part for part in pages if addresses[0] and _header(part, "Content-Location") == addresses[0]), pages[0]
    )
    body = _payload(page)
    reading = html(body, encoding or (_charset(page) if b"charset" not in body[:4096].lower() else None))
    url = next((address for address in addresses if address.startswith(("http://", "https://"))), None)
    return reading if reading.url or not url else replace(reading, url=url)
