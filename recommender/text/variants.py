"""Other spellings of a number, or of a name with a number in it.

A number is written in digits or with its thousands in Hangul (2401가구, 2천401가구; 5000피, 오천피), a measure by its
sign or in full (84㎡, 84제곱미터), a day as a name with any mark between (10·15, 10.15, 1015), a type with or without
a hyphen (KF-21, KF21, 화성-20형). No other number is the same: 4680 is not 4680만원.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..lazy import pattern

DAY, TYPE = "·", "-"  # between the parts of the name of a day and of a type
_BETWEEN = {DAY: ("·", "."), TYPE: ("-", "", " ", "·", ".")}  # what may be written there
_DAY = pattern("([0-9]{1,2})[.]?([0-9]{1,2})([가-힣]*)")
_TYPE = pattern("([a-z가-힣]+)([0-9]+[a-z가-힣]*)")
_DIGITS = pattern("([1-9])([0-9]{3})((?:만|억|조)?)([가-힣]*)")
_THOUSANDS = pattern("([1-9])천([1-9][0-9]{0,2})?((?:만|억|조)?)([가-힣]*)")
_MEASURE = pattern("([0-9][0-9.]{0,15}(?:십|백|천|만|억|조){0,3})([a-z0-9가-힣]*)")
_NUMERALS = " 일이삼사오육칠팔구"
_LENGTHS = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MEASURES = {
    "m2": "제곱미터", "m3": "세제곱미터", "km": "킬로미터", "cm": "센티미터", "mm": "밀리미터", "kg": "킬로그램",
    "ha": "헥타르", "km2": "제곱킬로미터", "mw": "메가와트", "gw": "기가와트", "kw": "킬로와트", "kwh": "킬로와트시",
    "t": "톤",
    "gb": "기가바이트", "tb": "테라바이트", "mg": "밀리그램", "ml": "밀리리터",
}  # fmt: skip
_IN_FULL = {full: sign for sign, full in _MEASURES.items()}


def numbers_as(eojeol: str) -> Iterator[str]:
    """Other ways to write the number, or the number with its measure, that ``eojeol`` (lower case) is."""
    if digits := _DIGITS.fullmatch(eojeol):
        first, rest, large, behind = digits.groups()
        if large + behind:
            yield f"{first}천{rest.lstrip('0')}{large}{behind}"
        if large + behind and rest == "000" and first > "2":
            yield f"{_NUMERALS[int(first)]}천{large}{behind}"
    elif thousands := _THOUSANDS.fullmatch(eojeol):
        first, rest, large, behind = thousands.groups()
        if large + behind:
            yield f"{first}{(rest or '').zfill(3)}{large}{behind}"
    elif len(eojeol) > 2 and eojeol[1] == "천" and eojeol[0] in _NUMERALS[3:]:
        digit = _NUMERALS.index(eojeol[0])
        yield f"{digit}000{eojeol[2:]}"
        yield f"{digit}천{eojeol[2:]}"
    if measure := _MEASURE.fullmatch(eojeol):
        number, unit = measure.groups()
        if other := _MEASURES.get(unit) or _IN_FULL.get(unit):
            yield number + other


def names_as(eojeol: str) -> Iterator[str]:
    """The name of a day or of a type that ``eojeol`` (lower case) may be, with a mark between its two parts."""
    if eojeol.isalpha():  # most words, which hold no number
        return
    if day := _DAY.fullmatch(eojeol):
        digits, dotted = day[1] + day[2], "." in eojeol
        for at in (len(day[1]),) if dotted else (1, 2) if len(digits) > 2 else ():
            if _is_day(digits[:at], digits[at:]):
                yield f"{digits[:at]}{DAY}{digits[at:]}{day[3]}"
    elif kind := _TYPE.fullmatch(eojeol):
        yield f"{kind[1]}{TYPE}{kind[2]}"


def name_of(eojeols: Sequence[str]) -> str:
    """The name of a day or of a type that two eojeols in a row may be; empty if they are none."""
    one, two = eojeols
    if not two[0].isdigit():
        return ""
    if one.isdigit():
        day = _DAY.fullmatch(f"{one}.{two}")
        return f"{one}{DAY}{two}" if day and _is_day(day[1], day[2]) else ""
    return f"{one}{TYPE}{two}" if one.isalpha() and (one.isascii() or "가" <= one[0] <= "힣") else ""


def parts_of(name: str) -> tuple[str, ...]:
    """The two parts of a name of a day or of a type; none of any other word."""
    mark = next((mark for mark in (DAY, TYPE) if mark in name), "")
    return tuple(name.split(mark)) if mark else ()


def stands_in(text: str, name: str) -> bool:
    """Whether ``text`` (normal form, lower case) holds a name of a day or of a type, whatever stands between."""
    mark = DAY if DAY in name else TYPE
    return any(_alone(text, name.replace(mark, between)) for between in _BETWEEN[mark])


def _alone(text: str, spelled: str) -> bool:
    """Whether ``spelled`` stands in ``text`` with no digit beside its digits, and no letter before it."""
    at = text.find(spelled)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(spelled) : at + len(spelled) + 1]
        cut = spelled[0].isdigit() and (before.isdigit() or before == ".")
        if not (cut or (spelled[0].isascii() and before.isalpha()) or (spelled[-1].isdigit() and after.isdigit())):
            return True
        at = text.find(spelled, at + 1)
    return False


def _is_day(month: str, day: str) -> bool:
    return 1 <= int(month) <= 12 and 1 <= int(day) <= _LENGTHS[int(month)] and month[0] != "0" and day[0] != "0"
