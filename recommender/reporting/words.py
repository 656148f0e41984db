"""The texts of the interface in Korean and English, and the formats of numbers and dates."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from ..errors import QueryError
from ..lazy import dataclass
from ..messages import translated

LANGUAGES = ("ko", "en")
# key -> language -> text
TABLE: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December")  # fmt: skip
_SIGNS = re.compile(r"\W+", re.ASCII)
_PARTIAL = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")


@dataclass(frozen=True, slots=True)
class Words:
    """The interface in one language: ``words("articles", count=3)``."""

    lang: str

    def __post_init__(self) -> None:
        if self.lang not in LANGUAGES:
            raise QueryError(f"There is no interface in '{self.lang}'.", f"Choose one of: {', '.join(LANGUAGES)}.")

    def __call__(self, key: str, /, **values: object) -> str:
        """The words for ``key``; integers are grouped by thousands. Raises KeyError for an unknown key."""
        text = TABLE[key][self.lang]
        shown = {k: f"{v:,}" if isinstance(v, int) else v for k, v in values.items()}
        return text.format(**shown) if values else text

    def sentence(self, sentence: str) -> str:
        """An English sentence of the program in the language of the interface; as it is where it has no translation."""
        return translated(sentence, self.lang)

    def articles(self, count: int) -> str:
        return self("one_article") if count == 1 else self("articles", count=count)

    def span(self, unit: str, count: int) -> str:
        """``4주``, ``4 weeks``."""
        return self(f"one_{unit}") if count == 1 else self(f"{unit}s", count=count)

    def group(self, name: str) -> str:
        """The label of a group of questions or of its criterion; names of the corpus stay as they are."""
        entry = TABLE.get("group_" + _SIGNS.sub("_", name))
        return entry[self.lang] if entry else name

    def date(self, published: str | None) -> str:
        """A date as people write it, without unknown parts: ``2024-08`` -> ``2024년 8월``."""
        match = _PARTIAL.match(published or "")
        if not match or not 1 <= int(match[2]) <= 12:
            return published or ""
        year, month, day = match[1], int(match[2]), match[3] and int(match[3])
        if self.lang == "ko":
            return f"{year}년 {month}월" + (f" {day}일" if day else "")
        return f"{day} {_MONTHS[month - 1]} {year}" if day else f"{_MONTHS[month - 1]} {year}"

    def script(self) -> dict[str, str]:
        """The words that the page's script needs."""
        return {key[3:]: self(key) for key in TABLE if key.startswith("js_")}


def percent(share: float) -> str:
    """``12.3%``; below a tenth of a percent but not nothing: ``<0.1%``."""
    return "<0.1%" if 0 < share < 0.0005 else f"{share * 100:.1f}%"
