"""Names that people read: a noun phrase out of a topic's own headlines; key terms; headlines that show it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from kiwipiepy import Kiwi
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer

from ..arrays.kernels import Floats
from ..text.analyzer import Analyzer, plain, stem_of
from ..text.normalize import normalise
from ..text.term_weights import is_stock
from .clusterer import centres_of
from .telling import has_amount, is_role, like_a_person, not_telling, tells
from .wide_names import OWN_ALONE, Candidate, common, joined_name, nearness, printed, wide_enough, wider

_LONGEST = 4  # words of a name
_LONGEST_NAME = 24  # letters of a name
_WHOLE = 0.1  # share of the headlines with a word in which it stands for itself, not inside another
_CANDIDATES = 60  # phrases of a topic that are looked at closely
_TERMS = 10
_EXAMPLES = 3
_VARIETY = 0.5  # weight of difference between the headlines that show a topic
_SEEN_BEFORE = 10  # articles elsewhere that a term is taken to have: a rare one is not a topic's own for that
_SHARE_FOR_NAME = 0.75  # exponent of how many headlines hold a phrase
_OWN_FOR_NAME = (2.0, 1.0, 1.0, 1.0)  # exponent of the share of them that are the topic's own
_LENGTHS = (0.3, 1.0, 1.15, 1.05)  # what a name of 1 to 4 words is worth
_PERSON = 0.15  # what a person's name is worth as the name of a topic, beside another word
_SPEAKS = 0.2  # the least that each word of a phrase must be worth
_MOST = 0.5  # share of a topic's headlines from which a person whom they name is what it is about
_TOGETHER = 0.06  # share of a topic's headlines that hold all words of its name, if that is a phrase
_LABELLED = 0.6  # share of the headlines with a word that have it in brackets, from which it is a column's name
_FITTING = 12  # names of a topic that would do
_NOUN_END = ("NNG", "NNP", "SL", "XSN", "NNB", "NR", "SN", "SH", "W_SERIAL")
_NAMING = ("NNG", "NNP", "SL", "SH", "XR", "UN", "W_SERIAL")
_NOT_IN_NAMES = ("J", "E", "VV", "VA", "VX", "VCP", "VCN", "XSV", "XSA", "IC", "MA")
_SURFACE = re.compile(r"[0-9A-Za-z가-힣&.]+")
_BRACKET = re.compile(r"[\[<【〈［]([^\]>】〉］]{1,20})[\]>】〉］]")
_DATE = re.compile(r"\d+(?:\.\d+)?[년월일시분]?")
_AMOUNT = re.compile(r"\d[\d.,]*[가-힣]{1,2}")
Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Described:
    """A topic's name, others that ``would_do``, its terms (the heaviest first), rows of headlines that show it."""

    name: str
    would_do: tuple[str, ...]
    terms: tuple[str, ...]
    examples: tuple[int, ...]


@dataclass(frozen=True)
class Headlines:
    """Headlines as names are sought in them: ``phrases`` (n) and ``heads``, the words, of each, none of them twice; the
    ``words`` of the article; printed ``spelling``; and Kiwi, which knows nouns."""

    phrases: Sequence[tuple[Phrase, ...]]
    heads: Sequence[tuple[str, ...]]
    words: Sequence[list[str]]
    spelling: dict[str, str]
    analyzer: Analyzer
    originals: NDArray[np.bool_]
    kiwi: Kiwi
    labels: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        shown: Sequence[str],
        words: Sequence[list[str]],
        analyzer: Analyzer,
        duplicate_of: NDArray[np.int32],
        kiwi: Kiwi,
        stop_words: Iterable[str] = (),
    ) -> Headlines:
        """Of n headlines as ``shown``, with the ``words`` of their articles; no name will hold a stop word."""
        printed: dict[str, Counter[str]] = defaultdict(Counter)
        for title in shown:
            for surface in _SURFACE.findall(normalise(title)):
                if not surface.islower():
                    printed[surface.lower()][surface] += 1
        spelling = {low: min(c, key=lambda s: (-c[s], s)) for low, c in printed.items()}
        originals = duplicate_of == np.arange(len(shown))
        unwanted = frozenset(map(plain, stop_words))
        known: dict[str, str] = {}
        phrases, heads = [], []
        for title, original in zip(shown, originals, strict=True):
            told = _wanted(_phrases(title, analyzer), unwanted, analyzer) if original else ()
            phrases.append(tuple(dict.fromkeys(tuple(known.setdefault(w, w) for w in phrase) for phrase in told)))
            words_in = dict.fromkeys(analyzer.words(title)) if original else {}
            heads.append(tuple(known.setdefault(word, word) for word in words_in if word not in unwanted))
        return cls(phrases, heads, words, spelling, analyzer, originals, kiwi, _labels(shown, phrases, heads))

    def people(self) -> frozenset[str]:
        """Words of the form of a person's name that Kiwi reads as a name, or behind which an office stands."""
        known = {
            p[0] for held in self.phrases for p in held if len(p) == 2 and is_role(p[1]) and like_a_person(p[0], True)
        }
        formed = sorted({word for held in self.heads for word in held if like_a_person(word)})
        for word, tokens in zip(formed, self.kiwi.tokenize(formed), strict=True):
            if len(tokens) == 1 and tokens[0].tag == "NNP":
                known.add(word)
        return frozenset(known)

    def print(self, phrase: Iterable[str]) -> str:
        """A phrase as people spell it: sk온 -> SK온, lfp -> LFP."""
        return " ".join(self._spelled(word) for word in phrase)

    def _spelled(self, word: str) -> str:
        if word in self.spelling:
            return self.spelling[word]
        latin = re.match(r"[a-z&.]+", word)
        head = latin.group() if latin else ""
        return self.spelling.get(head, head) + word[len(head) :]


def _labels(
    shown: Sequence[str], phrases: Sequence[tuple[Phrase, ...]], heads: Sequence[tuple[str, ...]]
) -> frozenset[str]:
    """Words that stand in brackets in most of their headlines, as the names of columns do: [fn스트리트]."""
    inside: Counter[str] = Counter()
    everywhere: Counter[str] = Counter()
    for title, held, apart in zip(shown, phrases, heads, strict=True):
        words = {*apart, *(phrase[0] for phrase in held if len(phrase) == 1)}
        everywhere.update(words)
        brackets = " ".join(_BRACKET.findall(title)) if words else ""
        inside.update(word for word in words if brackets and word in normalise(brackets).lower())
    return frozenset(word for word, seen in inside.items() if seen >= _LABELLED * everywhere[word])


def _phrases(title: str, analyzer: Analyzer) -> Iterable[Phrase]:
    """1 to 4 neighbouring eojeols of a headline; only the last may have lost a particle.

    A stretch ends at punctuation, so that no name runs over a comma or a quotation.
    """
    for stretch in re.split(r"[^0-9A-Za-z가-힣&.\s\u00c0-\u9fff]+|\.{2,}|\.\s", normalise(title)):
        pieces = [p for p in analyzer.pieces(stretch) if p.eojeol]
        stems = [stem_of(p.eojeol, p.words) if p.words else "" for p in pieces]
        for start in range(len(pieces)):
            for end in range(start, min(start + _LONGEST, len(pieces))):
                if stems[end]:
                    yield (*(p.eojeol for p in pieces[start:end]), stems[end])
                if stems[end] != pieces[end].eojeol:
                    break


def _wanted(phrases: Iterable[Phrase], unwanted: frozenset[str], analyzer: Analyzer) -> Iterable[Phrase]:
    """Phrases without a word that is ``unwanted``."""
    if not unwanted:
        return phrases
    return (p for p in phrases if unwanted.isdisjoint(p) and not any(unwanted & {*analyzer.cut(e)} for e in p))


def named(headlines: Headlines, topic_of: NDArray[np.int32], count: int) -> list[str]:
    """The names of ``count`` topics, the largest first; ``topic_of`` (n,) the place of each headline, -1 for none."""
    weights, names = _class_weights(headlines.words, topic_of, count)
    width = _Width(headlines, topic_of, count)
    return [name.text for name in _choose(headlines, topic_of, weights, names, width, set())]


def describe(
    headlines: Headlines,
    topic_of: NDArray[np.int32],
    vectors: Floats,
    count: int,
    given: Iterable[str] = (),
    finer: NDArray[np.int32] | None = None,
) -> list[Described]:
    """What each of the ``count`` topics is called, the largest first; no two alike, none like a ``given`` name.

    Of broad topics ``finer`` (n,) are the places of the fine ones: names are words that those have in common.
    """
    weights, names = _class_weights(headlines.words, topic_of, count)
    taken = set(given)
    width = _Width(headlines, topic_of, count, finer, vectors)
    chosen = _choose(headlines, topic_of, weights, names, width, taken)
    found = []
    for place, name in enumerate(chosen):
        terms = _terms(weights[place], names, headlines, width.headed(place))
        fit = _examples(vectors, width.showing(name.words, place))
        found.append(Described(name.text, name.would_do, terms, fit))
    return found


def _class_weights(
    words: Sequence[list[str]], topic_of: NDArray[np.int32], count: int
) -> tuple[NDArray[np.float64], list[str]]:
    """(count, v) class-based TF-IDF (Grootendorst 2022) of documents that hold a word, times how much the word is
    the topic's own; and the words of the columns."""
    held = np.flatnonzero(topic_of >= 0)
    counter = CountVectorizer(analyzer=_as_is)
    counts = counter.fit_transform([words[int(row)] for row in held])
    starts = np.arange(len(held) + 1)
    members = sparse.csr_matrix((np.ones(len(held)), topic_of[held], starts), shape=(len(held), count))
    frequency = np.asarray((members.T @ counts).todense(), dtype=np.float64)
    share = frequency / np.maximum(frequency.sum(axis=1, keepdims=True), 1)
    total = np.maximum(frequency.sum(axis=0), 1)
    own = frequency / (total + _SEEN_BEFORE)
    weights = share * np.log(1 + frequency.sum() / count / total) * own
    return weights, counter.get_feature_names_out().tolist()


def _as_is(terms: list[str]) -> list[str]:
    return terms


def _terms(
    weight: NDArray[np.float64], names: list[str], headlines: Headlines, headed: Container[str]
) -> tuple[str, ...]:
    """The heaviest nouns that headlines hold, none of them inside another that is there already or around it.

    What bodies alone say are bylines and the words of forms, more often than not.
    """
    heavy = np.flatnonzero(weight > 0)
    heavy = heavy[np.lexsort((np.array(names)[heavy], -weight[heavy]))]
    order = [at for at in heavy.tolist() if names[at] in headed][: _TERMS * 5]
    terms: list[str] = []
    for word in telling_nouns([names[at] for at in order], headlines.kiwi):
        if not any(word in other or other in word for other in terms):
            terms.append(word)
        if len(terms) == _TERMS:
            break
    return tuple(headlines.print([word]) for word in terms)


def telling_nouns(words: Sequence[str], kiwi: Kiwi) -> list[str]:
    """Those of ``words`` that can name a topic: nouns, no amounts, no bylines."""
    return [word for word in _nominal(words, kiwi) if not not_telling(word)]


def _nominal(words: Sequence[str], kiwi: Kiwi) -> list[str]:
    """Words that name something: no stems of verbs (되살리), no adverbs, no amounts (2조원, 50대).

    Each is read with an object particle behind it, where only a noun can stand.
    """
    kept = []
    stems = _stems(words, kiwi)
    for word, tokens in zip(words, kiwi.tokenize([word + _object(word) for word in words]), strict=True):
        if word in stems or has_amount(tokens, len(word)):
            continue
        nouns = [token.form for token in tokens if token.tag in _NAMING]
        verbal = any(token.tag.startswith(("V", "E", "MA")) for token in tokens)
        if not verbal and any(len(form) > 1 or form.isascii() for form in nouns):
            kept.append(word)
    return kept


def _stems(words: Sequence[str], kiwi: Kiwi) -> set[str]:
    """Those that are verbs, their stems or bent, and no nouns when they stand alone: 사라지, 알린다, 팔린."""
    found = set()
    ended, alone = kiwi.tokenize([word + "다" for word in words]), kiwi.tokenize(list(words))
    for word, stem, tokens in zip(words, ended, alone, strict=True):
        if len(tokens) == 1 and tokens[0].tag.startswith("N"):
            continue
        bent = tokens[0].tag.startswith("V") and tokens[-1].tag in ("VV", "VA", "EF", "EC", "ETM")
        if bent or (stem[0].form == word and stem[0].tag.startswith("V")):
            found.add(word)
    return found


def _ends(phrase: Phrase) -> list[int]:
    """Where the words of a phrase end that are joined by spaces."""
    return [int(end) for end in np.cumsum([len(word) + 1 for word in phrase]) - 1]


def _object(word: str) -> str:
    """The object particle that fits the last letter."""
    last = ord(word[-1]) - 0xAC00
    return "을" if 0 <= last < 11172 and last % 28 else "를"


class _Name(NamedTuple):
    """A name as it is printed, the ``words`` by which headlines show it, and others that would do."""

    text: str
    words: frozenset[str]
    would_do: tuple[str, ...]


class _Width:
    """Which headlines of each topic hold a word."""

    def __init__(
        self,
        headlines: Headlines,
        topic_of: NDArray[np.int32],
        count: int,
        finer: NDArray[np.int32] | None = None,
        vectors: Floats | None = None,
    ) -> None:
        self._headlines, self._finer, self._vectors = headlines, finer, vectors
        self.count, self.broad = count, finer is not None
        self.members = [np.flatnonzero((topic_of == place) & headlines.originals) for place in range(count)]
        self._rows: list[dict[str, set[int]]] = [defaultdict(set) for _ in range(count)]
        self._whole: list[Counter[str]] = [Counter() for _ in range(count)]
        self._everywhere: Counter[str] = Counter()
        self._people = headlines.people()
        self._middles: dict[int, NDArray[np.float32]] = {}
        for row, heads in enumerate(headlines.heads):
            whole = {phrase[0] for phrase in headlines.phrases[row] if len(phrase) == 1}
            words = whole.union(heads)
            self._everywhere.update(words)
            if topic_of[row] >= 0:
                self._whole[topic_of[row]].update(whole)
                for word in words:
                    self._rows[topic_of[row]][word].add(row)

    def rows(self, words: Iterable[str], place: int) -> set[int]:
        return set().union(*(self._rows[place].get(word, ()) for word in words))

    def headed(self, place: int) -> Container[str]:
        """The words of the topic's headlines."""
        return self._rows[place]

    def fits(self, phrase: Phrase, place: int) -> bool:
        """Whether a phrase is as wide as its topic, and a single word not far wider."""
        size = len(self.members[place])
        words = [word for eojeol in phrase for word in self._headlines.analyzer.cut(eojeol) or (eojeol,)]
        if not all(self._telling(word, place) >= _SPEAKS for word in words):
            return False
        together = set.intersection(*(self._rows[place].get(word, set()) for word in words))
        if len(words) > 1 and len(together) < _TOGETHER * size:
            return False
        words = [word for word in words if not is_stock(word) and tells(word) == 1]
        seen = [len(self._rows[place].get(word, ())) for word in words]
        own = max((count / max(1, self._everywhere[word]) for count, word in zip(seen, words, strict=True)), default=0)
        if len(phrase) == 1 and own < OWN_ALONE:
            return False
        return wide_enough([count / size for count in seen], self.rows(words, place), size)

    def nearest(self, phrases: Sequence[Phrase], place: int) -> list[Phrase]:
        """Phrases, the best first, those whose headlines lie at the edge of the topic farther behind."""
        near = []
        for at, phrase in enumerate(phrases):
            words = [word for eojeol in phrase for word in self._headlines.analyzer.cut(eojeol) or (eojeol,)]
            both = set.intersection(*(self._rows[place].get(word, set()) for word in words))
            near.append((round((at + 2) / max(0.01, nearness(self.central(both, place))), 6), at))
        return [phrases[at] for _, at in sorted(near)]

    def candidates(self, place: int) -> list[Candidate]:
        """The words that stand in the most headlines of the topic and in few others; no parts of words (미세)."""
        found = [
            Candidate(word, rows, len(rows) / (self._everywhere[word] + 1))
            for word, rows in self._rows[place].items()
            if len(word) > 1
            and len(rows) > 1
            and self._whole[place][word] >= _WHOLE * len(rows)
            and not not_telling(word)
            and not is_stock(word)
            and word not in self._headlines.labels
        ]
        found.sort(key=lambda c: (-len(c.rows) * c.own, c.word))
        nominal = set(_nominal([c.word for c in found[:_CANDIDATES]], self._headlines.kiwi))
        return [
            c._replace(
                spread=self._spread(set(c.rows), place),
                central=self.central(c.rows, place),
                telling=self._telling(c.word, place),
            )
            for c in found[:_CANDIDATES]
            if c.word in nominal
        ]

    def _telling(self, word: str, place: int) -> float:
        """How well such a word tells a topic: families and bare deeds are of every topic, columns of none, and a person
        is the name of a topic if most of its headlines name that person."""
        if word in self._headlines.labels:
            return 0.0
        if word in self._people and len(self._rows[place].get(word, ())) < _MOST * len(self.members[place]):
            return _PERSON
        return tells(word)

    def central(self, rows: Iterable[int], place: int) -> float:
        """The cosine of the middle of some rows to the middle of the topic; 1.0 where no vectors are known."""
        held = np.array(sorted(rows), dtype=np.int64)
        if self._vectors is None or not len(held):
            return 1.0
        if place not in self._middles:
            self._middles[place] = self._vectors[self.members[place]].mean(axis=0)
        middle, own = self._middles[place], self._vectors[held].mean(axis=0)
        return float(own @ middle / max(1e-9, float(np.linalg.norm(own) * np.linalg.norm(middle))))

    def _spread(self, rows: set[int], place: int) -> float:
        if self._finer is None:
            return 1.0
        sizes = Counter(self._finer[self.members[place]].tolist())
        seen = Counter(self._finer[sorted(rows)].tolist())
        return common([seen[fine] for fine in sizes], list(sizes.values()))

    def joined(self, place: int) -> _Name | None:
        """Some words of the topic as a name."""
        size, candidates = len(self.members[place]), self.candidates(place)
        parts = joined_name(candidates, size)
        if not parts:
            return None
        shown = [self._headlines.print([part]) for part in parts]
        middle = max(self.central(self._rows[place][part], place) for part in parts)
        text = printed(shown, self.rows(parts, place), size, middle)
        others = (self._headlines.print([c.word]) for c in candidates[:_FITTING])
        return _Name(text, frozenset(parts), tuple(others))

    def showing(self, words: Iterable[str], place: int) -> NDArray[np.int64]:
        """The members whose headlines hold a word of the name; all, if too few do."""
        rows = self.rows(words, place)
        return np.array(sorted(rows), dtype=np.int64) if len(rows) >= _EXAMPLES else self.members[place]


def _choose(
    headlines: Headlines,
    topic_of: NDArray[np.int32],
    weights: NDArray[np.float64],
    names: list[str],
    width: _Width,
    taken: set[str],
) -> list[_Name]:
    """The name of each topic: a phrase of its headlines that is as wide as the topic; else some of its words."""
    count = width.count
    column = {name: at for at, name in enumerate(names)}
    spread: Counter[Phrase] = Counter()
    inside: list[Counter[Phrase]] = [Counter() for _ in range(count)]
    for row, phrases in enumerate(headlines.phrases):
        spread.update(phrases)
        if topic_of[row] >= 0:
            inside[topic_of[row]].update(phrases)
    chosen = []
    for place in range(count):
        weight = {name: float(weights[place, at]) for name, at in column.items() if weights[place, at] > 0}
        ranked = [] if width.broad else _ranked(inside[place], spread, weight, headlines.analyzer)
        wide = width.nearest([p for p in _nouns(ranked, headlines.kiwi) if width.fits(p, place)], place)
        fitting = [p for p in wide if _free(headlines.print(p), taken)][:_FITTING]
        name = _wider(width.joined(place), _phrase_name(headlines, fitting) if fitting else None, width, place)
        if name is None or name.text in taken:
            name = _Name(
                _fallback(_terms(weights[place], names, headlines, width.headed(place)), taken, place), frozenset(), ()
            )
        taken.add(name.text)
        chosen.append(name)
    return chosen


def _wider(joined: _Name | None, phrase: _Name | None, width: _Width, place: int) -> _Name | None:
    """The phrase, unless the joined name stands in many more headlines."""
    if joined is None or phrase is None:
        return phrase or joined
    return joined if wider(width.rows(joined.words, place), width.rows(phrase.words, place)) else phrase


def _phrase_name(headlines: Headlines, fitting: Sequence[Phrase]) -> _Name:
    first, *others = map(headlines.print, fitting)
    words = (word for eojeol in fitting[0] for word in headlines.analyzer.cut(eojeol) or (eojeol,))
    return _Name(first, frozenset(words), tuple(others))


def _ranked(
    inside: Counter[Phrase], spread: Counter[Phrase], weight: dict[str, float], analyzer: Analyzer
) -> list[Phrase]:
    """Phrases by the weight of their words, how many headlines hold them, and how much they are the topic's own."""
    least = 2 if inside and max(inside.values()) > 1 else 1
    scored = []
    for phrase, seen in inside.items():
        text = " ".join(phrase)
        if seen < least or len(text) > _LONGEST_NAME or _repeats(phrase):
            continue
        told = [max((weight.get(w, 0.0) for w in analyzer.cut(eojeol)), default=0.0) for eojeol in phrase]
        if min(told) <= 0:
            continue
        own = (seen / spread[phrase]) ** _OWN_FOR_NAME[len(phrase) - 1]
        value = sum(told) / len(told) ** 0.5 * seen**_SHARE_FOR_NAME * own * _LENGTHS[len(phrase) - 1]
        scored.append((-round(value, 9), phrase))
    return [phrase for _, phrase in sorted(scored)[:_CANDIDATES]]


def _repeats(phrase: Phrase) -> bool:
    """포항 포항시: a word inside another; also numbers and dates."""
    pairs = [(a, b) for i, a in enumerate(phrase) for j, b in enumerate(phrase) if i != j]
    return any(a in b for a, b in pairs) or any(_DATE.fullmatch(w) or _AMOUNT.fullmatch(w) for w in phrase)


def _nouns(phrases: Sequence[Phrase], kiwi: Kiwi) -> list[Phrase]:
    """Those that Kiwi reads as nouns only."""
    if not phrases:
        return []
    kept = []
    readings = kiwi.tokenize([" ".join(p) for p in phrases])
    for phrase, tokens in zip(phrases, readings, strict=True):
        tags = [token.tag.split("-")[0] for token in tokens]
        noun = tags and tags[-1] in _NOUN_END and not any(tag.startswith(_NOT_IN_NAMES) for tag in tags)
        if noun and not any(map(not_telling, phrase)) and not has_amount(tokens, *_ends(phrase)):
            kept.append(phrase)
    return kept


def _free(name: str, taken: set[str]) -> bool:
    """A name that is not another's, nor the same words in another order."""
    return all(set(name.split()) != set(other.split()) and name.replace(" ", "") != other for other in taken)


def _fallback(terms: Sequence[str], taken: set[str], place: int) -> str:
    joined = (" ".join(terms[:size]) for size in (2, 3, 1, 4))
    return next((name for name in joined if name and name not in taken), f"{place + 1}")


def _examples(vectors: Floats, members: NDArray[np.int64]) -> tuple[int, ...]:
    """Members near the centre that differ from one another (maximal marginal relevance)."""
    if not len(members):
        return ()
    centre = centres_of(vectors[members], np.zeros(len(members), dtype=np.int64))[0]
    near = vectors[members] @ centre
    pool = members[np.argsort(-near.round(6), kind="stable")[:50]]
    worth = vectors[pool] @ centre
    chosen: list[int] = []
    while len(chosen) < min(_EXAMPLES, len(pool)):
        alike = (vectors[pool] @ vectors[pool[chosen]].T).max(axis=1) if chosen else np.zeros(len(pool))
        value = ((1 - _VARIETY) * worth - _VARIETY * alike).round(6)
        value[chosen] = -np.inf
        chosen.append(int(value.argmax()))
    return tuple(int(pool[at]) for at in chosen)
