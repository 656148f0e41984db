"""Assigns articles to curated topics: by terms in title and body, by synonyms, and by clear similarity."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..arrays.kernels import Floats, unit_rows
from ..arrays.strings import StringArray
from ..embeddings.encoder import Encoder
from ..embeddings.static import StaticVectors
from ..lazy import dataclass
from ..readers.article import Article
from ..text.analyzer import Analyzer, Piece, stem_of
from ..text.article_terms import Titled
from ..text.normalize import eojeols
from ..text.terms import features_of
from .curated import CuratedRule, Finder, Term, title_pieces
from .topic import CuratedTopic, TopicModel

MEMBER = 0.5  # strength from which an article is a member
_TITLE = 0.7  # strength by a term in the title; each further one halves the remaining doubt
_BODY = 0.12  # share of the doubt that a mention in the body removes ...
_MENTIONS = 8  # ... counted up to here, so that a body alone needs six of them
_SAME = 0.55  # cosine in the base model from which two words are synonyms
_CLEARLY = 0.05  # margin by which a word must be nearer to a term of several words than to one of its words
_FEW = 5  # clear members that a curated topic needs before similarity to them counts
_NEAR = 10  # nearest articles that vote
_AGREE = 0.8  # share of their similarity that must be with members
_LIKE = 0.6  # mean cosine to the members among them
_EXAMPLE = 0.8  # cosine to an example headline that makes a member
_ALIKE = 0.15  # strength that cosine 1 adds to a member; less than a term in the title
_LEAD = 4000  # characters of a body that are read for terms


@dataclass(frozen=True, slots=True)
class Assigned:
    """``strength`` (n, c) float32 in 0..1, 0 for no member; ``evidence`` (n, c), strongest first: ``term``,
    ``body: term`` or ``like: headline``; ``out`` (n, c): excluded by a term."""

    strength: Floats
    evidence: tuple[tuple[tuple[str, ...], ...], ...]
    out: NDArray[np.bool_]


class TitledArticle(Titled, Protocol):
    """The fields of an ``Article`` that are read."""

    @property
    def shown_title(self) -> str: ...


class TitledArticles(Protocol):
    """n articles that can be iterated more than once."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[TitledArticle]: ...


def assign(
    articles: TitledArticles,
    curated: Sequence[CuratedRule],
    analyzer: Analyzer,
    rows: Floats,
    encoder: Encoder,
    duplicate_of: NDArray[np.int32],
) -> Assigned:
    """Which curated topics each of the n articles belongs to. ``rows`` (n, d) unit vectors, ``duplicate_of`` (n,) as in
    Catalogue.

    A pure function. Near-copies belong to the same curated topics, with the strength of the strongest; an excluded term
    in the title overrides all else.
    """
    if not curated:
        empty = np.zeros((len(articles), 0))
        return Assigned(empty.astype(np.float32), ((),) * len(articles), empty.astype(bool))
    columns = [_Column(rule, analyzer) for rule in curated]
    strength, out, evidence = _by_terms(articles, columns, analyzer)
    shown = [article.shown_title for article in articles]
    for index, column in enumerate(columns):
        free = (strength[:, index] < MEMBER) & ~out[:, index]
        for row, value, why in _alike(strength[:, index], free, rows, column.examples(encoder, analyzer)):
            like = column.rule.examples[-1 - why] if why < 0 else shown[why]
            strength[row, index], evidence[row][index] = value, (f"like: {like}",)
    strength[strength < MEMBER] = 0
    for row, index, other in from_copies(strength, out, duplicate_of):
        strength[row, index], evidence[row][index] = strength[other, index], evidence[other][index]
    return _assigned(strength, evidence, out)


def assign_more(
    articles: Sequence[Article],
    curated: Sequence[CuratedRule],
    analyzer: Analyzer,
    rows: Floats,
    encoder: Encoder,
    strength_before: Floats,
    shown: Callable[[int], str],
) -> Assigned:
    """``assign`` for m new articles beside n known ones with the strengths ``strength_before`` (n, c).

    ``rows`` (n + m, d), the new ones last; ``shown`` gives the title at a row of them. Known articles keep their
    topics.
    """
    columns = [_Column(rule, analyzer) for rule in curated]
    strength, out, evidence = _by_terms(articles, columns, analyzer)
    count = len(strength_before)
    for index, column in enumerate(columns):
        all_strengths = np.concatenate([strength_before[:, index], strength[:, index]])
        free = np.concatenate([np.zeros(count, dtype=bool), (strength[:, index] < MEMBER) & ~out[:, index]])
        for row, value, why in _alike(all_strengths, free, rows, column.examples(encoder, analyzer)):
            like = column.rule.examples[-1 - why] if why < 0 else shown(why)
            strength[row - count, index], evidence[row - count][index] = value, (f"like: {like}",)
    strength[strength < MEMBER] = 0
    return _assigned(strength, evidence, out)


def _by_terms(
    articles: TitledArticles, columns: Sequence[_Column], analyzer: Analyzer
) -> tuple[NDArray[np.float64], NDArray[np.bool_], list[list[tuple[str, ...]]]]:
    """(n, c) strengths by terms and synonyms, the exclusions, and the evidence."""
    strength = np.zeros((len(articles), len(columns)), dtype=np.float64)
    out = np.zeros(strength.shape, dtype=bool)
    evidence: list[list[tuple[str, ...]]] = [[() for _ in columns] for _ in range(len(articles))]
    titles = [title_pieces(article.title or article.stand_in or "", analyzer) for article in articles if columns]
    near = _meant(titles, columns)
    for row, (article, title) in enumerate(zip(articles, titles, strict=False)):
        body = analyzer.pieces(article.body[:_LEAD]) if article.body else []
        for index, column in enumerate(columns):
            out[row, index] = bool(column.excluded.find(title))
            if not out[row, index]:
                strength[row, index], evidence[row][index] = column.weigh(title, body)
        for index, shown, cosine in [hit for piece in title for word in _words(piece) for hit in near.get(word, ())]:
            if strength[row, index] < MEMBER and not out[row, index]:
                strength[row, index] = MEMBER + _ALIKE * cosine
                evidence[row][index] = (f"like: {shown}", *evidence[row][index])
    return strength, out, evidence


def _meant(titles: Sequence[Sequence[Piece]], columns: Sequence[_Column]) -> dict[str, list[tuple[int, str, float]]]:
    """Words of the titles that are synonyms of terms of curated topics: ``{word: [(column, term, cosine)]}``.

    Terms of one word alone, and words that share no letter with the term: 폐수 is near 폐건전지 by its first letter.
    Terms of several words that are one name (사용후 배터리) count too; a word about as near to one of those words is a
    synonym of that word only, as 전지 of battery.
    """
    terms = [(index, term) for index, column in enumerate(columns) for term in column.terms.terms if _one_word(term)]
    words = sorted({word for title in titles for piece in title for word in _words(piece)}) if terms else []
    if not words:
        return {}
    meaning = StaticVectors.open()
    vectors = meaning.encode(words)
    cosines = vectors @ meaning.encode([term.parts[0] for _, term in terms]).T
    parts = np.stack([_nearest_part(term, meaning, vectors) for _, term in terms], axis=1)
    synonyms: dict[str, list[tuple[int, str, float]]] = {}
    for row, number in np.argwhere((cosines >= _SAME) & (cosines >= parts + _CLEARLY)).tolist():
        (index, term), word = terms[number], words[row]
        if not set(word) & set(term.parts[0]):
            synonyms.setdefault(word, []).append((index, term.shown, min(1.0, float(cosines[row, number]))))
    return synonyms


def _nearest_part(term: Term, meaning: StaticVectors, vectors: Floats) -> Floats:
    """(w,) the highest cosine of rows ``vectors`` (w, d) to one of the words of a term; -1 for a term of one."""
    words = eojeols(term.shown)
    if len(words) < 2:
        return np.full(len(vectors), -1, dtype=np.float32)
    return np.asarray((vectors @ meaning.encode(words).T).max(axis=1))


def _one_word(term: Term) -> bool:
    return len(term.parts) == 1 and len(term.parts[0]) > 1


def _words(piece: Piece) -> list[str]:
    """The words of an eojeol, and the eojeol without its particle."""
    return [word for word in dict.fromkeys((stem_of(piece.eojeol, piece.words), *piece.words)) if len(word) > 1]


def _assigned(strength: NDArray[np.float64], evidence: list[list[tuple[str, ...]]], out: NDArray[np.bool_]) -> Assigned:
    kept_evidence = tuple(
        tuple(why if value else () for why, value in zip(*pair, strict=True))
        for pair in zip(evidence, strength, strict=True)
    )
    return Assigned(strength.astype(np.float32), kept_evidence, out)


def with_curated(
    topics: TopicModel, curated: Sequence[CuratedRule], assigned: Assigned, ids: Sequence[str]
) -> TopicModel:
    """The topic model with its curated topics in the order of the rules, with sizes, and the strongest as examples."""
    if not curated:
        return topics
    sized = []
    for index, rule in enumerate(curated):
        column = assigned.strength[:, index]
        examples = tuple(ids[int(row)] for row in np.argsort(-column, kind="stable")[:3] if column[row] > 0)
        sized.append(CuratedTopic(rule.id, rule.name, rule.name_en, rule.terms, int((column > 0).sum()), examples))
    strings = StringArray.of(evidence_json(assigned, [rule.id for rule in curated]))
    return replace(topics, curated=tuple(sized), curated_strength=assigned.strength, curated_evidence=strings)


def evidence_json(assigned: Assigned, curated: Sequence[str]) -> list[str]:
    """The evidence as it is stored: for each article a JSON object ``{id: [why]}``, or an empty string."""
    return [
        json.dumps({d: why for d, why in zip(curated, row, strict=True) if why}, ensure_ascii=False) if any(row) else ""
        for row in assigned.evidence
    ]


class _Column:
    """One curated topic with the finders of its terms."""

    def __init__(self, rule: CuratedRule, analyzer: Analyzer) -> None:
        self.rule = rule
        self.terms = Finder([Term.of(term, analyzer) for term in rule.terms])
        self.excluded = Finder([Term.of(term, analyzer) for term in rule.excluded])

    def weigh(self, title: list[Piece], body: list[Piece]) -> tuple[float, tuple[str, ...]]:
        """Strength and evidence by terms alone; two spellings of one term count once."""
        in_title: dict[tuple[str, ...], str] = {}
        counts: dict[tuple[str, ...], tuple[int, str]] = {}
        for term in self.terms.find(title):
            in_title.setdefault(term.parts, term.shown)
        for term, count in self.terms.find(body).items() if body else ():
            counts.setdefault(term.parts, (count, term.shown))
        doubt = (1 - _TITLE) ** (len(in_title) > 0) * 0.5 ** max(0, len(in_title) - 1)
        doubt *= (1 - _BODY) ** min(_MENTIONS, sum(count for count, _ in counts.values()))
        mentions = sorted((-count, shown) for parts, (count, shown) in counts.items() if parts not in in_title)
        return 1 - doubt, (*in_title.values(), *(f"body: {shown}" for _, shown in mentions[:3]))

    def examples(self, encoder: Encoder, analyzer: Analyzer) -> Floats | None:
        if not self.rule.examples:
            return None
        terms = [[f.term for f in features_of(analyzer.pieces(text))] for text in self.rule.examples]
        return unit_rows(encoder.encode(terms, self.rule.examples))


def _alike(
    strength: NDArray[np.float64], free: NDArray[np.bool_], rows: Floats, examples: Floats | None
) -> Iterator[tuple[int, float, int]]:
    """Rows that join by similarity, with their strength and the nearest row (or -1 - example).

    Only rows near the centre of the clear members are candidates, so the cost is linear in n.
    """
    clear = strength >= MEMBER
    candidates = np.flatnonzero(free)
    by_example: set[int] = set()
    if examples is not None and len(candidates):
        cosine = rows[candidates] @ examples.T
        for row, cosines in zip(candidates.tolist(), cosine, strict=True):
            if cosines.max() >= _EXAMPLE:
                by_example.add(row)
                yield row, MEMBER + _ALIKE * float(min(1, cosines.max())), -1 - int(cosines.argmax())
    if clear.sum() < _FEW or not len(candidates):
        return
    centre = unit_rows(rows[clear].mean(axis=0))
    typical = float(np.median(rows[clear] @ centre))
    central = candidates[rows[candidates] @ centre >= typical].tolist()
    candidates = np.array([row for row in central if row not in by_example], dtype=np.int64)
    for start in range(0, len(candidates), 256):
        block = candidates[start : start + 256]
        cosine = rows[block] @ rows.T
        cosine[np.arange(len(block)), block] = -1
        for row, cosines in zip(block.tolist(), cosine, strict=True):
            nearest = np.argpartition(-cosines, min(_NEAR, len(cosines)) - 1)[:_NEAR]
            weight = np.clip(cosines[nearest], 0, None)
            own = clear[nearest]
            if weight.sum() and weight[own].sum() / weight.sum() >= _AGREE and weight[own].mean() >= _LIKE:
                best = nearest[own][np.argmax(weight[own])]
                yield row, MEMBER + _ALIKE * float(min(1, weight[own].mean())), int(best)


def from_copies(
    strength: NDArray[np.floating], out: NDArray[np.bool_], duplicate_of: NDArray[np.int32]
) -> Iterator[tuple[int, int, int]]:
    """(row, column, other): the strongest near-copy of the row under a curated topic, if stronger than the row.

    ``strength`` and ``out`` (n, c); a row that is ``out`` of a curated topic gets nothing there.
    """
    kinds: dict[int, list[int]] = {}
    for row, first in enumerate(duplicate_of.tolist()):
        kinds.setdefault(first, []).append(row)
    for rows in kinds.values() if strength.shape[1] else ():
        best = strength[rows].argmax(axis=0).tolist() if len(rows) > 1 else []
        for index, other in enumerate(rows[i] for i in best):
            weaker = (strength[rows, index] < strength[other, index]) & ~out[rows, index]
            yield from ((rows[i], index, other) for i in np.flatnonzero(weaker).tolist())
