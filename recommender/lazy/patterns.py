"""Regular expressions that are compiled when they are first used.

A set that holds all syllables, ``[가-힣]``, takes ``re`` half a millisecond. A cold question loads sixty patterns and
needs a third of them: to compile them all took a tenth of its time.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any, cast

METHODS = ("search", "match", "fullmatch", "findall", "finditer", "split", "sub")


class LazyPattern:
    """Stands for ``re.compile(pattern)``. Once one of its ``METHODS`` is used, all are those of the pattern itself."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern, self.flags = pattern, flags

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern, self.flags)

    def __getattr__(self, name: str) -> Any:
        if name not in METHODS:
            raise AttributeError(f"a pattern has no method '{name}' here")
        vars(self).update((method, getattr(self.compiled, method)) for method in METHODS)
        return vars(self)[name]


def pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """``re.compile(text, flags)``, as far as its ``METHODS`` go."""
    return cast("re.Pattern[str]", LazyPattern(text, flags))
