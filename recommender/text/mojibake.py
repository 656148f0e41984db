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
# Of syllables that look alike when a byte is lost for good, the one that is seen most.
_OFTEN = (
    "감깝꽁뀐도독돈돌더덕끗동끝라락널되된덤덩데띠득랐렁말뭐밝북븐뿐응의쏠써썩상석속숍인일읽은이익읍영원쟁적증직찍총평폐흔흘포폭큰클퍼택텍판헝혁획"
    "힐"
)


def repaired(text: str) -> str:
    """The text with what is UTF-8 or CP949 but was read as Latin-1 or Windows-1252 read again."""
    if text.isascii() or not _suspect(text):
        return text
    again = _UTF8.sub(_utf8, text)
    other = _cp949(text) if _LATIN.search(again) else text
    return other if other != text else again


def _suspect(text: str) -> bool:
    return _LATIN.search(text) is not None or _UTF8.search(text) is not None


def _utf8(match: re.Match[str]) -> str:
    garbled = match.group().replace(" ", "\u00a0") if match.group().endswith(" ") else match.group()
    raw = [_BYTES.get(sign, -1) for sign in garbled]
    if -1 not in raw:
        return _decoded(raw) or match.group()
    texts = [text for candidate in _filled(raw) if len(text := _decoded(candidate)) == 1]
    texts = [text for text in texts if _in_ks(text)] or texts
    if len(texts) > 1:
        texts = [text for text in texts if text in _OFTEN]
    return texts[0] if len(texts) == 1 else match.group()


def _in_ks(text: str) -> bool:
    """Whether a syllable is one of the 2,350 that are in use."""
    try:
        return len(text.encode("euc_kr")) == 2
    except UnicodeEncodeError:
        return False


def _filled(raw: list[int]) -> list[list[int]]:
    at = raw.index(-1)
    filled = [[*raw[:at], byte, *raw[at + 1 :]] for byte in _UNDEFINED]
    return [more for option in filled for more in (_filled(option) if -1 in option else [option])]


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
