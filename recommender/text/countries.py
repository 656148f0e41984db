"""Countries that stand side by side under one sign each: 미중 for 미국 and 중국, 한미일, 한EU."""

from __future__ import annotations

from ..lazy import pattern

# The readings of 中美日韓北英獨佛; those of other signs are syllables that say too much: 伊 이, 加 가, 臺 대.
_OF = {
    "중": "중국", "미": "미국", "일": "일본", "한": "한국", "북": "북한", "영": "영국", "독": "독일", "불": "프랑스",
    "러": "러시아", "eu": "유럽연합",
}  # fmt: skip
_SIGN_OF = {country: sign for sign, country in _OF.items()}
_ROW = pattern(f"([{''.join(sign for sign in _OF if len(sign) == 1)}]{{1,3}})(eu)?")
_WORDS = frozenset(["북한", "독일", "북미", "중미", "북중미"])  # rows that are words of their own


def countries_in(word: str) -> tuple[str, ...]:
    """The countries that ``word`` (lower case) names, one a sign; none if it is another word."""
    row = _ROW.fullmatch(word) if word[:1] in _OF else None
    if not row or word in _WORDS:
        return ()
    signs = [*row[1], *([row[2]] if row[2] else [])]
    return tuple(_OF[sign] for sign in signs) if 1 < len(signs) == len(set(signs)) else ()


def row_of(countries: tuple[str, ...]) -> str:
    """The signs of ``countries`` side by side; empty if one of them has none."""
    signs = [_SIGN_OF.get(country, "") for country in countries]
    return "".join(signs) if all(signs) else ""
