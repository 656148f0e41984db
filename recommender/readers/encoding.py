"""Bytes to text: detects UTF-8, UTF-16 and CP949; where all but a few bytes fit, those few are replaced."""

from __future__ import annotations

import codecs
import re

from recommender.errors import InputError

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_HINT = "Save it as UTF-8, or name its encoding with --encoding."
_CANDIDATES = ("utf-8", "cp949")
_KOREAN = re.compile(r"euc[-_]?kr|ks_?c[-_]?5601(?:[-_]1987)?|(?:x-)?(?:windows|cp|ms)[-_]?949|uhc", re.IGNORECASE)
_FEW = 20  # least letters for each broken one in a text that is still read


def decode(raw: bytes, encoding: str | None = None) -> tuple[str, str]:
    """A file's text and the name of its encoding; a few broken bytes are U+FFFD in it.

    Raises InputError for binary data and for text in no known encoding.
    """
    name = codec_of(encoding) if encoding else sniff(raw)
    if name is None:
        name = next((n for n in _CANDIDATES if _decodes(raw, n)), None)
    if name is None:
        text, name = _decode_damaged(raw)
    else:
        text = _decode_as(raw, name)
    text = text.removeprefix("\ufeff")
    if "\0" in text:
        raise InputError(f"The file holds a NUL byte (character {text.index(chr(0)) + 1}), so it is not text.", _HINT)
    return text, name.removesuffix("-sig")


def _decode_as(raw: bytes, name: str) -> str:
    try:
        return raw.decode(name)
    except UnicodeError as error:
        raise InputError(f"The text is not {name}: {misfit(error)}.", _HINT) from error


def _decode_damaged(raw: bytes) -> tuple[str, str]:
    """Text of which a few bytes fit no encoding, and the encoding that fits the others best."""
    texts = [(raw.decode(name, "replace"), name) for name in _CANDIDATES]
    text, name = min(texts, key=lambda read: read[0].count("\ufffd") - raw.count(b"\xef\xbf\xbd"))
    wide = sum(not letter.isascii() for letter in text)
    hangul = sum("가" <= letter <= "힣" for letter in text)
    if (
        text.count("\ufffd") * _FEW > wide
        or 2 * hangul < wide
        or any(letter < " " and letter not in "\t\n\r\f\v" for letter in text)
    ):
        raise InputError(f"The text is neither UTF-8, UTF-16 nor CP949 {_utf8_error(raw)}.", _HINT)
    return text, name


def codec_of(encoding: str) -> str:
    """The codec's name of an encoding that the user named; InputError if there is none."""
    try:
        codec = codecs.lookup(encoding)
    except (LookupError, ValueError) as error:
        raise InputError(f"There is no encoding named {encoding!r}.", "Use utf-8, cp949 or utf-16.") from error
    if not codec._is_text_encoding:
        raise InputError(f"{encoding!r} is not a text encoding.", "Use utf-8, cp949 or utf-16.")
    return codec.name


def declared(charset: str) -> str:
    """The codec of a charset that a file names; the Korean ones are read as CP949, their superset."""
    return "cp949" if _KOREAN.fullmatch(charset) else codec_of(charset)


def sniff(head: bytes) -> str | None:
    """The encoding that a byte order mark or the positions of NUL bytes show, else ``None``.

    Raises InputError when the bytes are no text at all.
    """
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)) and len(head) % 4 == 0 and head[4:].strip(b"\0"):
        raise InputError("The text is UTF-32, which is not read.", _HINT)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if b"\0" not in head:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    for name, here, there in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if here and not there and _is_utf16(head, name):
            return name
    if even + odd > len(head) // 10:
        raise InputError(f"The file is binary: {even + odd} of its first {len(head)} bytes are NUL.", _HINT)
    return None


def vote(head: bytes) -> str | None:
    """Which of UTF-8 and CP949 reads more lines of a file's start; ``None`` when all are ASCII."""
    lines = [line for line in head.split(b"\n") if not line.isascii()][:2000]
    if not lines:
        return None
    votes = {name: sum(_decodes(line, name) for line in lines) for name in _CANDIDATES}
    return max(_CANDIDATES, key=lambda name: votes[name])


def _is_utf16(head: bytes, name: str) -> bool:
    try:
        text = head[: len(head) // 2 * 2].decode(name)
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:
            return False
        text = head[: error.start].decode(name)
    # Other text read as UTF-16 gives Hanja and signs; Korean and English give Hangul and ASCII.
    expected = sum(c.isascii() or "가" <= c <= "힣" for c in text)
    return 2 * expected >= len(text) and not any(c < " " and c not in "\t\n\r\f\v" for c in text)


def _decodes(raw: bytes, name: str) -> bool:
    try:
        raw.decode(name)
    except UnicodeDecodeError:
        return False
    return True


def _utf8_error(raw: bytes) -> str:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return f"(as UTF-8 it breaks at byte {error.start + 1}, line {line})"
    return ""


def misfit(error: UnicodeError) -> str:
    """Why bytes are not of an encoding, in a few words."""
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start + 1} does not fit"
    return str(error)[:80]
