"""What people read, in their language: English as it stands in the code, Korean out of a catalogue.

A sentence is looked up where it is printed, so whoever raises or says one writes English alone. The catalogue is
data: ``korean.json`` has sentences, ``korean_help.json`` the help of the commands, ``korean_tables.json`` the heads and
words of tables. Their keys are the English, with ``{}`` where a value stands and ``{n}`` where a number does. The
Korean names the values ``{0}``, ``{1}`` in their order; ``{0=}`` is one that a person or an archive gave (a name, a
title, a path), which stays as it is, as does what stands in quotes. A particle that depends on a value is written in
both forms, ``은(는)``. What has no Korean is printed in English. Nothing is loaded where the language is English.
"""

from __future__ import annotations

import os

VARIABLES = ("RECOMMENDER_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
"""Where the language is looked for; the first that is not empty says it."""


def language() -> str:
    """``ko`` or ``en``, by ``$RECOMMENDER_LANG``, else by the locale."""
    chosen = next(filter(None, map(os.environ.get, VARIABLES)), "").lower()
    for mark in "_.-@":
        chosen = chosen.partition(mark)[0]
    return "ko" if chosen in ("ko", "korean") else "en"


def word(text: str) -> str:
    """The head or a cell of a table in the language of the reader; ``korean_tables.json`` has those of tables alone."""
    if language() == "en":
        return text
    from .catalogue import catalogue

    found = catalogue("korean_tables").of(text)
    return found if found != text else translated(text)


def translated(text: str) -> str:
    """``text`` in the language of the reader; as it is where that is English or the catalogue has no such sentence."""
    if language() == "en":
        return text
    from .catalogue import catalogue

    return catalogue("korean").of(text)
