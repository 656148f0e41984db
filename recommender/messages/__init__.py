"""What users read, in their language: English as it stands in the code, Korean out of a catalogue.

A sentence is translated where it is printed; all other code uses English alone. The catalogue is data: sentences in
``korean.json``, help of the commands in ``korean_help.json``, headings and words of tables in ``korean_tables.json``.
Keys are the English, with ``{}`` for a value and ``{n}`` for a number. The Korean names the values ``{0}``, ``{1}`` in
their order; ``{0=}`` is one that a user or an archive gave (a name, a title, a path), which stays as it is, as does
what is in quotes. A particle that depends on a value is written in both forms, ``은(는)``. What has no Korean is
printed in English. Nothing is loaded where the language is English.
"""

from __future__ import annotations

import os

VARIABLES = ("RECOMMENDER_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
"""Environment variables that name the language; the first that is not empty counts."""


def language() -> str:
    """``ko`` or ``en``, by ``$RECOMMENDER_LANG``, else by the locale."""
    chosen = next(filter(None, map(os.environ.get, VARIABLES)), "").lower()
    for mark in "_.-@":
        chosen = chosen.partition(mark)[0]
    return "ko" if chosen in ("ko", "korean") else "en"


def word(text: str) -> str:
    """A heading or cell of a table in the user's language: by ``korean_tables.json``, else as any other text."""
    if language() == "en":
        return text
    from .catalogue import catalogue

    translation = catalogue("korean_tables").of(text)
    return translation if translation != text else translated(text)


def translated(text: str, lang: str | None = None) -> str:
    """``text`` in the language ``lang``, by default the user's; unchanged if that is English or the catalogue has no
    such sentence."""
    if (lang or language()) == "en":
        return text
    from .catalogue import catalogue

    return catalogue("korean").of(text)
