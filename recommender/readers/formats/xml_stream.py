"""XML as a stream, read safely: one record in memory at a time, no entities, nothing fetched."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from itertools import takewhile
from typing import Any, BinaryIO

from recommender.errors import InputError
from recommender.readers.encoding import codec_of, declared, sniff, vote
from recommender.readers.notes import ReadProblem

RECORD_LIMIT = 20 * 1024**2
"""Most bytes of one record, and of what stands between two of them."""
HELD = 64
"""Most elements beside the records that stay in memory; the head of a feed is among them."""
_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding ?= ?[\"']([A-Za-z0-9._-]{2,30})")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_HIGH = r"&#(?:[xX]0*+[dD][89abAB][0-9a-fA-F]{2}|0*+(?:5529[6-9]|55[3-9]\d\d|56[0-2]\d\d|563[01]\d));"
_LOW = r"&#(?:[xX]0*+[dD][c-fC-F][0-9a-fA-F]{2}|0*+(?:563[2-9]\d|56[4-9]\d\d|57[0-2]\d\d|573[0-3]\d|5734[0-3]));"
# No group is possessive: Python before 3.11.5 goes on behind what a group that failed had read.
_HALVES = re.compile(f"{_HIGH}(?:{_LOW})?|{_LOW}")
_OPEN = re.compile(f"(?:{_HIGH})?(?:&(?:#[0-9xXa-fA-F]*+)?)?")
_SAFE: dict[str, Any] = {
    "resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False, "recover": True,
    "encoding": "utf-8", "remove_pis": True, "remove_comments": True,
}  # fmt: skip
_LONGEST = 100
"""Characters of a reference to a character, at most; XML allows any number of zeros."""


def _join_halves(match: re.Match[str]) -> str:
    """The character that references to its two halves mean, as some programs write emoji; U+FFFD for a half alone."""
    codes = (part.rstrip("&;") for part in match.group().split("#")[1:])
    halves = "".join(chr(int(code[1:], 16) if code[0] in "xX" else int(code)) for code in codes)
    return halves.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class _Halves:
    """Joins references to surrogate halves, of which the parser would make bytes that are no text."""

    def __init__(self) -> None:
        self._open = ""

    def joined(self, text: str, last: bool) -> str:
        """The text of a part of a document; what may go on in the next part is kept back until then."""
        text, self._open = self._open + text, ""
        if not last and (at := self._open_at(text)) >= 0:
            if len(text) - at > _LONGEST:
                text = f"{text[:at]} {text[at + 1 :]}"
            else:
                text, self._open = text[:at], text[at:]
        return _HALVES.sub(_join_halves, text) if "&#" in text else text

    @staticmethod
    def _open_at(text: str) -> int:
        """Where the reference begins that may go on behind the text, or the pair of them; -1 for none."""
        last = text.rfind("&")
        before = text.rfind("&", 0, last) if last >= 0 else -1
        return next((at for at in (before, last) if at >= 0 and _OPEN.fullmatch(text, at)), -1)


class Utf8(io.RawIOBase):
    """A stream of XML as UTF-8 without the characters that XML forbids; counts its bytes.

    InputError when more than `RECORD_LIMIT` bytes were read since ``given`` was set to 0.
    """

    def __init__(self, stream: BinaryIO, encoding: str | None) -> None:
        head = stream.read(1 << 16)
        self._stream, self._buffer = stream, head
        self._decoder = codecs.getincrementaldecoder(_encoding(head, encoding))("replace")
        self._halves = _Halves()
        self.given = 0
        self.replaced = 0

    def read(self, size: int = -1) -> bytes:
        raw, self._buffer = self._buffer or self._stream.read(1 << 15), b""
        text = self._decoder.decode(raw, not raw)
        self.replaced += text.count("\ufffd")
        data = _ILLEGAL.sub(" ", self._halves.joined(text, not raw)).encode()
        self.given += len(data)
        if self.given > RECORD_LIMIT:
            raise InputError(f"The XML holds a record of more than {RECORD_LIMIT} bytes.", "Split it into several.")
        return data or (self.read(size) if raw else b"")


def _encoding(head: bytes, wished: str | None) -> str:
    if wished:
        return codec_of(wished)
    if encoding := sniff(head):
        return encoding
    match = _DECLARED.match(head)
    name = match.group(1).decode("ascii").lower() if match else ""
    if name and name not in ("utf-8", "utf8") and not name.startswith("utf-16"):
        return declared(name)
    return vote(head) or "utf-8"


def elements(stream: BinaryIO, display_path: str, encoding: str | None, names: tuple[str, ...]) -> Iterator[Any]:
    """Elements of those local names as they end, each freed when the next is asked for; then notes on errors.

    Raises InputError for a document that declares entities, is no XML at all, or holds a record that is too large.
    """
    from lxml import etree

    source = Utf8(stream, encoding)
    tags = tuple(f"{{*}}{name}" for name in names)
    events = etree.iterparse(source, events=("end",), tag=tags, **_SAFE)
    checked = False
    try:
        for _, element in events:
            if not checked:
                _refuse_entities(element)
                checked = True
            if any(True for up in element.iterancestors(tags)):
                continue  # part of a record that is still open
            yield element
            _release(element)
            source.given = 0
    except (etree.LxmlError, ValueError) as error:
        raise InputError(f"The XML cannot be read: {str(error)[:120]}.", "Save it again.") from error
    if not checked and events.root is not None:
        _refuse_entities(events.root)
    yield from _problems(events, source, display_path)


def open_events(head: bytes, encoding: str | None) -> Iterator[tuple[str, Any]]:
    """``start`` and ``end`` of the elements at the start of a document, which may be cut anywhere."""
    from lxml import etree

    source = Utf8(io.BytesIO(head), encoding)
    try:
        yield from etree.iterparse(source, events=("start", "end"), **_SAFE)
    except (etree.LxmlError, ValueError):
        return  # reading it says why


def _problems(events: Any, source: Utf8, display_path: str) -> Iterator[ReadProblem]:
    errors = [entry for entry in events.error_log if entry.level >= 2]
    if errors:
        first = errors[0]
        yield ReadProblem(display_path, int(first.line), f"The XML is broken here: {str(first.message).strip()[:100]}.",
                          "What could be read went in; save the file again.", "note")  # fmt: skip
    if source.replaced:
        yield ReadProblem(display_path, 0, f"{source.replaced:,} bytes do not fit the encoding and became �.",
                          "Name it with --encoding.", "note")  # fmt: skip


def _refuse_entities(element: Any) -> None:
    dtd = element.getroottree().docinfo.internalDTD
    if dtd is not None and next(iter(dtd.iterentities()), None) is not None:
        raise InputError("The XML declares entities, which are not read.", "Save it without a DOCTYPE of its own.")


def _release(element: Any) -> None:
    element.clear(keep_tail=False)
    for up in element.iterancestors():
        if len(up) > HELD:
            del up[HELD // 2 : -1]


def local(element: Any) -> str:
    """The name of an element without its namespace; ``""`` for a comment and the like."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(element: Any, *names: str) -> Any:
    """The first child of the first of these local names that there is; ``None`` without one."""
    for name in names:
        if (first := element.find(f"{{*}}{name}")) is not None:
            return first
    return None


def inner_markup(element: Any) -> str:
    """The text of an element; its markup as text where it holds elements of its own; ``""`` for ``None``."""
    if element is None:
        return ""
    if not len(element):
        return element.text or ""
    from lxml import etree

    return "".join([element.text or "", *(etree.tostring(e, encoding="unicode", method="html") for e in element)])


def text_of(element: Any) -> str:
    """All text within an element; ``""`` for ``None``."""
    return "".join(element.itertext()).strip() if element is not None else ""


def deep_text(element: Any, name: str) -> str:
    """The text of the first element of that local name anywhere below which holds any, on one line."""
    if element is None:
        return ""
    return next((text for holder in element.iter(f"{{*}}{name}") if (text := " ".join(text_of(holder).split()))), "")


def paragraphs_in(top: Any, names: frozenset[str], aside: frozenset[str] = frozenset()) -> str:
    """The elements of those local names, a line each; without any, the text as it stands.

    What stands in another of them is told with it; what stands in one of ``aside`` is no text.
    """
    if top is None:
        return ""
    around = names | aside
    paragraphs = [
        element for element in top.iter("{*}*") if local(element) in names and not _is_inside(element, top, around)
    ]
    return "\n".join(filter(None, (" ".join(text_of(element).split()) for element in paragraphs))) or text_of(top)


def _is_inside(element: Any, top: Any, names: frozenset[str]) -> bool:
    return any(local(up) in names for up in takewhile(lambda up: up is not top, element.iterancestors()))


def child_text(element: Any, *names: str) -> str:
    """The text of the first of these children that holds any."""
    return next(
        (text for name in names for holder in element.iterfind(f"{{*}}{name}") if (text := text_of(holder))), ""
    )
