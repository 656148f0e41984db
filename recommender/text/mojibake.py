"""Text whose bytes were once read in the wrong encoding, read again in the right one."""

from __future__ import annotations

import re

_BYTES = {bytes([byte]).decode("cp1252", "ignore") or chr(byte): byte for byte in range(0x80, 0x100)}
_BYTES |= {chr(byte): byte for byte in range(0x80, 0x100)}
_LOST = "\ufffd"
_UNDEFINED = (0x81, 0x8D, 0x8F, 0x90, 0x9D)  # what Windows-1252 does not know and prints as U+FFFD


def _signs(first: int, last: int) -> str:
    return "".join(re.escape(sign) for sign, byte in _BYTES.items() if first <= byte <= last)


_REST = f"[{_signs(0x80, 0xBF)}{_LOST}]"
_UTF8 = re.compile(
    f"[{_signs(0xC2, 0xDF)}]{_REST}|[{_signs(0xE0, 0xEF)}](?:{_REST}{{2}}|{_REST} (?=\\S|$))|"
    f"[{_signs(0xF0, 0xF4)}]{_REST}{{3}}"
)
_LATIN = re.compile("[\u00a0-\u00ff]{2}")
_HANGUL = re.compile("[가-힣]")
# Syllables that are seen most, for a byte that is lost for good: of five that fit, the first of these is taken.
_OFTEN = (
    "이다는에의가을를은고로기도지한사시하인자리어서대수정나해스일과으있아전부원그들장제관년주국보여조성라경구상동영만오비"
    "무개생선방면공유치문실중게것내위신소우모발음안거마적당통서습용러진물행산세회금분간결연계요미외체단던군체재출합현양업학입식명재화와할트바본투표결민후노차초권속력품질망"
)


def mended(text: str) -> str:
    """The text with what is UTF-8 or CP949 but was read as Latin-1 or Windows-1252 read again."""
    if text.isascii() or not _suspect(text):
        return text
    again = _UTF8.sub(_utf8, text)
    return again if again != text else _cp949(text)


def _suspect(text: str) -> bool:
    return _LATIN.search(text) is not None or _UTF8.search(text) is not None


def _utf8(match: re.Match[str]) -> str:
    said = match.group().replace(" ", "\u00a0") if match.group().endswith(" ") else match.group()
    raw = [_BYTES.get(sign, -1) for sign in said]
    if -1 not in raw:
        return _decoded(raw) or match.group()
    found = [text for raw in _filled(raw) if (text := _decoded(raw))]
    found = [text for text in found if _in_ks(text)] or found
    often = [text for text in found if text in _OFTEN] if len(found) > 1 else found
    return min(often, key=_OFTEN.find) if often else match.group()


def _in_ks(text: str) -> bool:
    """Whether a syllable is one of the 2,350 that are in use."""
    try:
        text.encode("euc_kr")
    except UnicodeEncodeError:
        return False
    return True


def _filled(raw: list[int]) -> list[list[int]]:
    at = raw.index(-1)
    filled = [[*raw[:at], byte, *raw[at + 1 :]] for byte in _UNDEFINED]
    return [more for each in filled for more in (_filled(each) if -1 in each else [each])]


def _decoded(raw: list[int]) -> str:
    return bytes(raw).decode("utf-8", "ignore")


def _cp949(text: str) -> str:
    if _HANGUL.search(text):
        return text
    raw = bytearray()
    for sign in text:
        if sign < "\x80":
            raw.append(ord(sign))
        elif sign in _BYTES:
            raw.append(_BYTES[sign])
        else:
            return text
    try:
        again = raw.decode("cp949")
    except UnicodeDecodeError:
        return text
    wide = sum(not sign.isascii() for sign in again)
    return again if 10 * len(_HANGUL.findall(again)) >= 8 * wide else text
