"""Puts articles under curated topics: by the terms of their title and body, by words that mean the same, and by
likeness where it convinces."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Floats, unit_rows
from ..arrays.strings import StringArray
from ..embeddings.encoder import Encoder
from ..embeddings.static import StaticVectors
from ..readers.article import Article
from ..text.analyzer import Analyzer, Piece, stem_of
from ..text.article_terms import Titled
from ..text.normalize import eojeols
from ..text.terms import features_of
from .curated import CuratedRule, Finder, Term, title_pieces
from .topic import CuratedTopic, TopicModel

MEMBER = 0.5  # strength from which an article is a member
_TITLE = 0.7  # what a term in a title gives; each further one halves the doubt that is left
_BODY = 0.12  # what a mention in the body takes away of the doubt ...
_MENTIONS = 8  # ... counted up to here, so that a body alone needs six of them
_SAME = 0.55  # cosine of two words of the base model from which they say the same
_CLEARLY = 0.05  # by so much it is nearer to a term of several words than to one of these
_FEW = 5  # clear members that a curated topic needs before likeness to them is asked
_NEAR = 10  # nearest articles that speak for an article
_AGREE = 0.8  # the share of their likeness that must be the curated topic's
_LIKE = 0.6  # mean cosine to those of them that are the curated topic's
_EXAMPLE = 0.8  # cosine to an example headline that makes a member
_ALIKE = 0.15  # what likeness 1 adds to the strength of a member; less than a term in the title does
_LEAD = 4000  # characters of a body that are read for terms


@dataclass(frozen=True, slots=True)
class Assigned:
    """``strength`` (n, c) float32 in 0..1, 0 for no member; ``evidence`` (n, c): why, in words, strongest
    first, as ``term``, ``body: term`` or ``like: headline``; ``out`` (n, c) whom an excluded term keeps out."""

    strength: Floats
    evidence: tuple[tuple[tuple[str, ...], ...], ...]
    out: NDArray[np.bool_]


class Told(Titled, Protocol):
    """What is read of an article; see ``Article``."""

    @property
    def shown_title(self) -> str: ...


class ToldArticles(Protocol):
    """n articles that can be gone through more than once."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Told]: ...


def assign(
    articles: ToldArticles,
    curated: Sequence[CuratedRule],
    analyzer: Analyzer,
    rows: Floats,
    encoder: Encoder,
    duplicate_of: NDArray[np.int32],
) -> Assigned:
    """Which curated topics each of the n articles belongs to. ``rows`` (n, d) unit vectors, ``duplicate_of`` (n,) as in
    Catalogue.

    A pure function. Near-copies belong to the same curated topics, with what the strongest of them has; an excluded
    term in the title outweighs all else.
    """
    if not curated:
        nothing = np.zeros((len(articles), 0))
        return Assigned(nothing.astype(np.float32), ((),) * len(articles), nothing.astype(bool))
    columns = [_Column(rule, analyzer) for rule in curated]
    strength, out, evidence = _by_terms(articles, columns, analyzer)
    shown = [article.shown_title for article in articles]
    for place, column in enumerate(columns):
        free = (strength[:, place] < MEMBER) & ~out[:, place]
        for row, value, why in _alike(strength[:, place], free, rows, column.examples(encoder, analyzer)):
            like = column.rule.examples[-1 - why] if why < 0 else shown[why]
            strength[row, place], evidence[row][place] = value, (f"like: {like}",)
    strength[strength < MEMBER] = 0
    for row, place, other in borrowed(strength, out, duplicate_of):
        strength[row, place], evidence[row][place] = strength[other, place], evidence[other][place]
    return _assigned(strength, evidence, out)


def assign_more(
    articles: Sequence[Article],
    curated: Sequence[CuratedRule],
    analyzer: Analyzer,
    rows: Floats,
    encoder: Encoder,
    held: Floats,
    shown: Callable[[int], str],
) -> Assigned:
    """``assign`` for m newcomers beside n articles that stand under the curated topics with the strengths ``held`` (n,
    c).

    ``rows`` (n + m, d), the newcomers last; ``shown`` gives the title at a row of them. Those that are like
    members of a curated topic join it; nobody else moves.
    """
    columns = [_Column(rule, analyzer) for rule in curated]
    strength, out, evidence = _by_terms(articles, columns, analyzer)
    before = len(held)
    for place, column in enumerate(columns):
        every = np.concatenate([held[:, place], strength[:, place]])
        free = np.concatenate([np.zeros(before, dtype=bool), (strength[:, place] < MEMBER) & ~out[:, place]])
        for row, value, why in _alike(every, free, rows, column.examples(encoder, analyzer)):
            like = column.rule.examples[-1 - why] if why < 0 else shown(why)
            strength[row - before, place], evidence[row - before][place] = value, (f"like: {like}",)
    strength[strength < MEMBER] = 0
    return _assigned(strength, evidence, out)


def _by_terms(
    articles: ToldArticles, columns: Sequence[_Column], analyzer: Analyzer
) -> tuple[NDArray[np.float64], NDArray[np.bool_], list[list[tuple[str, ...]]]]:
    """(n, c) strengths by terms alone, where an excluded term keeps out, and the evidence."""
    strength = np.zeros((len(articles), len(columns)), dtype=np.float64)
    out = np.zeros(strength.shape, dtype=bool)
    evidence: list[list[tuple[str, ...]]] = [[() for _ in columns] for _ in range(len(articles))]
    titles = [title_pieces(article.title or article.stand_in or "", analyzer) for article in articles if columns]
    meant = _meant(titles, columns)
    for row, (article, title) in enumerate(zip(articles, titles, strict=False)):
        body = analyzer.pieces(article.body[:_LEAD]) if article.body else []
        for place, column in enumerate(columns):
            out[row, place] = bool(column.excluded.find(title))
            if not out[row, place]:
                strength[row, place], evidence[row][place] = column.weigh(title, body)
        for place, shown, cosine in [hit for piece in title for word in _words(piece) for hit in meant.get(word, ())]:
            if strength[row, place] < MEMBER and not out[row, place]:
                strength[row, place] = MEMBER + _ALIKE * cosine
                evidence[row][place] = (f"like: {shown}", *evidence[row][place])
    return strength, out, evidence


def _meant(titles: Sequence[Sequence[Piece]], columns: Sequence[_Column]) -> dict[str, list[tuple[int, str, float]]]:
    """Words of the titles that mean what a term of a curated topic says, spelled otherwise: ``{word: [(column, term,
    cosine)]}``.

    Terms of one word alone, and words that share no letter with the term: 폐수 is near 폐건전지 by its first letter.
    Several words that are one name (사용후 배터리) count too; what is about as near to one of them says that one,
    as 전지 says battery.
    """
    terms = [(place, term) for place, column in enumerate(columns) for term in column.terms.terms if _one_word(term)]
    words = sorted({word for title in titles for piece in title for word in _words(piece)}) if terms else []
    if not words:
        return {}
    meaning = StaticVectors.open()
    placed = meaning.encode(words)
    near = placed @ meaning.encode([term.parts[0] for _, term in terms]).T
    parts = np.stack([_nearest_part(term, meaning, placed) for _, term in terms], axis=1)
    found: dict[str, list[tuple[int, str, float]]] = {}
    for at, number in np.argwhere((near >= _SAME) & (near >= parts + _CLEARLY)).tolist():
        (place, term), word = terms[number], words[at]
        if not set(word) & set(term.parts[0]):
            found.setdefault(word, []).append((place, term.shown, min(1.0, float(near[at, number]))))
    return found


def _nearest_part(term: Term, meaning: StaticVectors, placed: Floats) -> Floats:
    """(w,) the highest cosine of rows ``placed`` (w, d) to one of the words of a term; -1 for a term of one."""
    words = eojeols(term.shown)
    if len(words) < 2:
        return np.full(len(placed), -1, dtype=np.float32)
    return np.asarray((placed @ meaning.encode(words).T).max(axis=1))


def _one_word(term: Term) -> bool:
    return len(term.parts) == 1 and len(term.parts[0]) > 1


def _words(piece: Piece) -> list[str]:
    """The words of an eojeol, and all of it less its particle."""
    return [word for word in dict.fromkeys((stem_of(piece.eojeol, piece.words), *piece.words)) if len(word) > 1]


def _assigned(strength: NDArray[np.float64], evidence: list[list[tuple[str, ...]]], out: NDArray[np.bool_]) -> Assigned:
    held = tuple(
        tuple(why if value else () for why, value in zip(*pair, strict=True))
        for pair in zip(evidence, strength, strict=True)
    )
    return Assigned(strength.astype(np.float32), held, out)


def with_curated(
    topics: TopicModel, curated: Sequence[CuratedRule], assigned: Assigned, ids: Sequence[str]
) -> TopicModel:
    """The topic model with its curated topics in the order of the rules, sized, and with their strongest as
    examples."""
    if not curated:
        return topics
    held = []
    for place, rule in enumerate(curated):
        column = assigned.strength[:, place]
        best = [int(r) for r in np.argsort(-column, kind="stable")[:3] if column[r] > 0]
        size = int((column > 0).sum())
        held.append(CuratedTopic(rule.id, rule.name, rule.name_en, rule.terms, size, tuple(ids[r] for r in best)))
    strings = StringArray.of(evidence_json(assigned, [rule.id for rule in curated]))
    return replace(topics, curated=tuple(held), curated_strength=assigned.strength, curated_evidence=strings)


def evidence_json(assigned: Assigned, curated: Sequence[str]) -> list[str]:
    """The evidence as it is kept: for each article a JSON object ``{id: [why]}``, or nothing."""
    return [
        json.dumps({d: why for d, why in zip(curated, row, strict=True) if why}, ensure_ascii=False) if any(row) else ""
        for row in assigned.evidence
    ]


class _Column:
    """One curated topic, its terms ready to be looked for."""

    def __init__(self, rule: CuratedRule, analyzer: Analyzer) -> None:
        self.rule = rule
        self.terms = Finder([Term.of(term, analyzer) for term in rule.terms])
        self.excluded = Finder([Term.of(term, analyzer) for term in rule.excluded])

    def weigh(self, title: list[Piece], body: list[Piece]) -> tuple[float, tuple[str, ...]]:
        """Strength and evidence by terms alone; two terms that say the same thing count once."""
        named: dict[tuple[str, ...], str] = {}
        counts: dict[tuple[str, ...], tuple[int, str]] = {}
        for term in self.terms.find(title):
            named.setdefault(term.parts, term.shown)
        for term, count in self.terms.find(body).items() if body else ():
            counts.setdefault(term.parts, (count, term.shown))
        doubt = (1 - _TITLE) ** (len(named) > 0) * 0.5 ** max(0, len(named) - 1)
        doubt *= (1 - _BODY) ** min(_MENTIONS, sum(count for count, _ in counts.values()))
        spoken = sorted((-count, shown) for parts, (count, shown) in counts.items() if parts not in named)
        return 1 - doubt, (*named.values(), *(f"body: {shown}" for _, shown in spoken[:3]))

    def examples(self, encoder: Encoder, analyzer: Analyzer) -> Floats | None:
        if not self.rule.examples:
            return None
        terms = [[f.term for f in features_of(analyzer.pieces(text))] for text in self.rule.examples]
        return unit_rows(encoder.encode(terms, self.rule.examples))


def _alike(
    strength: NDArray[np.float64], free: NDArray[np.bool_], rows: Floats, examples: Floats | None
) -> Iterator[tuple[int, float, int]]:
    """Rows that likeness brings in, with their strength and the row (or -1 - example) that they are most like.

    Only rows near the middle of the clear members are looked at, so the cost grows with n.
    """
    clear = strength >= MEMBER
    candidates = np.flatnonzero(free)
    taken: set[int] = set()
    if examples is not None and len(candidates):
        cosine = rows[candidates] @ examples.T
        for row, line in zip(candidates.tolist(), cosine, strict=True):
            if line.max() >= _EXAMPLE:
                taken.add(row)
                yield row, MEMBER + _ALIKE * float(min(1, line.max())), -1 - int(line.argmax())
    if clear.sum() < _FEW or not len(candidates):
        return
    centre = unit_rows(rows[clear].mean(axis=0))
    typical = float(np.median(rows[clear] @ centre))
    central = candidates[rows[candidates] @ centre >= typical].tolist()
    candidates = np.array([row for row in central if row not in taken], dtype=np.int64)
    for start in range(0, len(candidates), 256):
        block = candidates[start : start + 256]
        cosine = rows[block] @ rows.T
        cosine[np.arange(len(block)), block] = -1
        for row, line in zip(block.tolist(), cosine, strict=True):
            near = np.argpartition(-line, min(_NEAR, len(line)) - 1)[:_NEAR]
            weight = np.clip(line[near], 0, None)
            ours = clear[near]
            if weight.sum() and weight[ours].sum() / weight.sum() >= _AGREE and weight[ours].mean() >= _LIKE:
                best = near[ours][np.argmax(weight[ours])]
                yield row, MEMBER + _ALIKE * float(min(1, weight[ours].mean())), int(best)


def borrowed(
    strength: NDArray[np.floating], out: NDArray[np.bool_], duplicate_of: NDArray[np.int32]
) -> Iterator[tuple[int, int, int]]:
    """(row, column, other): the strongest of the row's near-copies under a curated topic, where it is stronger than the
    row.

    ``strength`` and ``out`` (n, c); nobody is brought under a curated topic that an excluded term keeps it ``out`` of.
    """
    kinds: dict[int, list[int]] = {}
    for row, first in enumerate(duplicate_of.tolist()):
        kinds.setdefault(first, []).append(row)
    for rows in kinds.values() if strength.shape[1] else ():
        best = strength[rows].argmax(axis=0).tolist() if len(rows) > 1 else []
        for place, other in enumerate(rows[at] for at in best):
            weaker = (strength[rows, place] < strength[other, place]) & ~out[rows, place]
            yield from ((rows[at], place, other) for at in np.flatnonzero(weaker).tolist())
