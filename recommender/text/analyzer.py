"""Headlines into words without a morphological analyser.

Training asks Kiwi once about every distinct eojeol of the corpus; the answers are the lexicon. An eojeol
that the lexicon knows is looked up; another one is cut into known words and a particle by the cheapest
path (a unigram model, Viterbi). Articles and questions go through the same analyzer, so that they get
the same words by construction.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any, NamedTuple

from ..arrays.stored import Arrays, Files
from ..lazy import dataclass, pattern
from .lexicon import Lexicon
from .normalize import eojeols, normalise, split_tags

_UNKNOWN_COST = 11.0  # an unknown stretch costs more than any known word ...
_UNKNOWN_CHAR = 3.0  # ... and grows with its length
_LONGEST_WORD = 12
_NUMBER_SIGNS = frozenset("0123456789.")
_PLAIN_SIGNS = frozenset("0123456789abcdefghijklmnopqrstuvwxyz")
_LONGEST_EOJEOL = 60
_MET = 20_000  # eojeols whose words are remembered: some three megabytes
_MIXED = pattern(r"([0-9a-z&.가-힣]*[0-9a-z])([가-힣]*)")
_HANGUL_RUN = pattern(r"[가-힣]+")


class Piece(NamedTuple):
    """One eojeol of a text and the words found in it."""

    eojeol: str
    words: tuple[str, ...]


def stem_of(eojeol: str, words: Sequence[str]) -> str:
    """The eojeol up to the end of its last word: 포항시는 -> 포항시."""
    ends = [eojeol.rfind(word) + len(word) for word in words if word in eojeol]
    return eojeol[: max(ends)] if ends else eojeol


def is_word_sign(sign: str) -> bool:
    """Whether words in normal form, lower case, have it: a syllable, a Latin letter, a digit."""
    return "가" <= sign <= "힣" or sign in _PLAIN_SIGNS


class _Name(NamedTuple):
    """A name that stands for ``to``: its parts, with or without blanks between, and what may not stand around it."""

    parts: tuple[str, ...]
    to: str
    before: Callable[[str], bool] | None
    after: Callable[[str], bool] | None

    @classmethod
    def of(cls, name: str, to: str) -> _Name:
        """A name stands at the start of an eojeol; a long Hangul or numbered name may stand inside one."""
        first, last = name[0], name[-1]
        before: Callable[[str], bool] | None = is_word_sign
        if first.isdigit() and len(name) >= 4:
            before = _NUMBER_SIGNS.__contains__
        elif "가" <= first <= "힣" and len(name) >= 4:
            before = None
        return cls(tuple(name.split()), to, before, None if "가" <= last <= "힣" else _PLAIN_SIGNS.__contains__)

    def end(self, text: str, at: int) -> int:
        """Where the name ends that begins at ``at``; -1 if it does not stand there."""
        if self.before and at and self.before(text[at - 1]):
            return -1
        for number, part in enumerate(self.parts):
            while number and text[at : at + 1].isspace():
                at += 1
            if not text.startswith(part, at):
                return -1
            at += len(part)
        return -1 if self.after and self.after(text[at : at + 1]) else at


class _Near(NamedTuple):
    """``names`` that may stand at a place, and how they begin."""

    firsts: tuple[str, ...]
    names: Sequence[_Name]


class _Heads(dict[str, _Near]):
    """Names that may stand where a text goes on with two signs, or with its last; made when they are met: a question
    meets few of a thousand."""

    def __init__(self, names: Mapping[str, str], by_first: Mapping[str, Sequence[str]]) -> None:
        super().__init__()
        self._names, self._by_first = names, by_first

    def __missing__(self, head: str) -> _Near:
        near = self._by_first.get(head[:1], ())
        matching = [n for one in dict.fromkeys((head, head[0])) for n in near if one in (n[:2], "".join(n.split())[:2])]
        names = [_Name.of(name, self._names.get(name, name)) for name in matching]
        self[head] = _Near(tuple(name.parts[0] for name in names), names)
        return self[head]


@dataclass(frozen=True, slots=True)
class Aliases:
    """Names of one thing: ``{"포스코케미칼": "포스코퓨처엠"}``; keys and values in normal form, lower case.

    ``heads`` holds the names by their first two signs, then by the only one, the longest first: one great pattern would
    take a tenth of a second to make. ``starts`` finds where a name may begin.
    """

    names: Mapping[str, str]
    heads: Mapping[str, _Near] = field(init=False, repr=False, compare=False)
    starts: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        every = dict.fromkeys(self.names.values()) | dict.fromkeys(self.names)  # what is right already stays
        by_first: dict[str, list[str]] = {}
        for name in sorted(filter(None, every), key=lambda name: (-len(name), name)):
            by_first.setdefault(name[0], []).append(name)
        latin = re.escape("".join(sorted(first for first in by_first if first.isascii() and first.isalpha())))
        other = re.escape("".join(sorted(first for first in by_first if not (first.isascii() and first.isalpha()))))
        starts = [f"[{other}]"] * bool(other) + [f"(?<![0-9a-z])[{latin}]"] * bool(latin)
        object.__setattr__(self, "heads", _Heads(self.names, by_first))
        object.__setattr__(self, "starts", re.compile("|".join(starts) or "(?!)"))

    @classmethod
    def of(cls, groups: Mapping[str, Iterable[str]]) -> Aliases:
        """From ``{canonical: other names}`` as a person writes them; the other name of another name is one too.

        Raises ValueError where names stand for each other in a circle.
        """
        names = {n: joined(key) for key, others in groups.items() for n in map(plain, others) if n}
        links = {joined(n): to for n, to in names.items() if joined(n) != to}
        canonical = {n: _end_of(to, links) for n, to in names.items()}
        return cls({n: to for n, to in canonical.items() if n != to})

    def apply(self, text: str) -> str:
        """``text`` (normal form, lower case) with every other name replaced by the canonical one."""
        parts: list[str] = []
        done = 0
        for start in self.starts.finditer(text):
            at = start.start()
            near = self.heads[text[at : at + 2]]
            if at < done or not text.startswith(near.firsts, at):
                continue
            for first, name in zip(*near, strict=True):
                if text.startswith(first, at) and (end := name.end(text, at)) >= 0:
                    parts += text[done:at], name.to
                    done = end
                    break
        return "".join([*parts, text[done:]]) if parts else text


def plain(name: str) -> str:
    """A name as it is looked for in a text."""
    return normalise(name).lower()


def joined(name: str) -> str:
    """A name as it stands in a text once others are replaced by it: one word."""
    return "".join(plain(name).split())


def _end_of(name: str, links: Mapping[str, str]) -> str:
    """The name at the end of a chain of other names."""
    passed = [name]
    while (name := links.get(name, name)) != passed[-1]:
        if name in passed:
            raise ValueError(f"{' and '.join(map(repr, passed))} are names of each other")
        passed.append(name)
    return name


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Analyzer:
    """Text -> words, the same for articles and for questions.

    ``memo``, where given, keeps the words of each eojeol met: for long passes over a corpus. Else the last ones are
    remembered: questions share most of theirs.
    """

    lexicon: Lexicon
    aliases: Aliases
    memo: dict[str, tuple[str, ...]] | None = field(default=None, repr=False, compare=False)
    met: dict[str, tuple[str, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def arrays(self) -> Arrays:
        """See ``Component``."""
        return {name: getattr(self.lexicon, name) for name in Lexicon.__slots__}

    def document(self) -> dict[str, str]:
        """See ``Component``: the aliases."""
        return dict(sorted(self.aliases.names.items()))

    @classmethod
    def load(cls, files: Files, about: Mapping[str, Any]) -> Analyzer:
        """See ``Component``."""
        lexicon = Lexicon(
            files.table("known"), files.strings("parses"), files.table("words"), files["costs"],
            files.table("endings"), files["ending_costs"],
        )  # fmt: skip
        return cls(lexicon, Aliases(files.document()))

    def pieces(self, text: str) -> list[Piece]:
        """The eojeols of a text with their words, tags off, aliases joined, in order."""
        return [Piece(eojeol, self._remembered(eojeol)) for eojeol in spelled(text, self.aliases)]

    def words(self, text: str) -> list[str]:
        return [word for piece in self.pieces(text) for word in piece.words]

    def _remembered(self, eojeol: str) -> tuple[str, ...]:
        memory = self.met if self.memo is None else self.memo
        words = memory.get(eojeol)
        if words is None:
            words = self.cut(eojeol)
            if memory is self.met and len(memory) >= _MET:
                memory.clear()
            if memory is self.memo or len(eojeol) <= _LONGEST_EOJEOL:
                memory[eojeol] = words
        return words

    def cut(self, eojeol: str) -> tuple[str, ...]:
        """The words of one eojeol: looked up, or by the cheapest path through known words."""
        stored = self.lexicon.lookup(eojeol)
        if stored is not None:
            return stored
        if len(eojeol) > _LONGEST_EOJEOL:
            return (eojeol[:_LONGEST_EOJEOL],)
        mixed = _MIXED.fullmatch(eojeol)
        if mixed:
            return self._cut_mixed(mixed.group(1), mixed.group(2))
        if not _HANGUL_RUN.fullmatch(eojeol):
            return (eojeol,)
        return tuple(w for w in self._cheapest(eojeol) if len(w) > 1)

    def _cut_mixed(self, head: str, tail: str) -> tuple[str, ...]:
        """``sk온과`` -> ``sk온``: the name whole, its particle off, and the known words inside it."""
        if not tail:
            return (head,)
        stem = next((tail[:end] for end in range(len(tail), -1, -1) if self._ends(head, tail, end)), None)
        if stem is None and head[-1].isalpha() and tail in self.lexicon.endings:
            stem = ""  # a name never seen, with its particle: LFP는
        if stem is None:
            stem = "".join(self._cheapest("0" + tail)).removeprefix("0")
        inside = [w for w in self._cheapest(stem) if w in self.lexicon.words and len(w) > 1] if stem else []
        return (head + stem, *inside)

    def _ends(self, head: str, tail: str, end: int) -> bool:
        rest = tail[end:]
        return (not rest or rest in self.lexicon.endings) and (head + tail[:end]) in self.lexicon.words

    def _cheapest(self, eojeol: str) -> list[str]:
        """The cheapest segmentation (Viterbi) into known words, unknown runs, and one particle at the end."""
        # For each prefix its least cost, and the start and text of its last word (None for a particle).
        best: list[tuple[float, int, str | None]] = [(0.0, -1, None)]
        for end in range(1, len(eojeol) + 1):
            choices = [(cost + best[start][0], start, word) for start, word, cost in self._edges(eojeol, end)]
            best.append(min(choices, key=lambda c: (c[0], c[1])))
        words: list[str] = []
        at = len(eojeol)
        while at > 0:
            _, start, word = best[at]
            if word is not None:
                words.append(word)
            at = start
        return words[::-1]

    def _edges(self, eojeol: str, end: int) -> Iterable[tuple[int, str | None, float]]:
        for start in range(max(0, end - _LONGEST_WORD), end):
            word = eojeol[start:end]
            cost = self.lexicon.cost(word)
            if cost is not None:
                yield start, word, cost
            else:
                yield start, word, _UNKNOWN_COST + _UNKNOWN_CHAR * len(word)
            if start and end == len(eojeol):
                ending = self.lexicon.ending_cost(word)
                if ending is not None:
                    yield start, None, ending


def spelled(text: str, aliases: Aliases) -> list[str]:
    """The eojeols of a text as the lexicon knows them: normal form, tags off, aliases joined."""
    return eojeols(aliases.apply(split_tags(normalise(text))[1].lower()))
