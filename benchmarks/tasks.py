"""The tasks of the answer matrix: what is asked of which archive, and what is right.

Each task is an archive as records and questions with the ids of their right answers. Nothing here knows the
project's scorer, so that every system in the matrix is asked the same. Truth is silver: what is unlabelled is not
wrong, so ranks and hits are measured, never precision.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any

import numpy as np

from benchmarks.sets import ROOT, SHARED, rows
from recommender.text.normalize import title_key

Record = dict[str, Any]
QUESTIONS = 400  # of a cell, at most
FOREIGN = 300
STORY_SETS = ("battery", "daegu-gyeongbuk", "trade", "general-day")
BODY_SETS = ("general-day", "one-paper", "one-subject", "trade", "ktitan")
SHORT_SETS = (
    "battery", "daegu-gyeongbuk", "trade", "general-day", "one-paper", "one-subject", "lists", "sections", "ktitan",
)  # fmt: skip
SIZES = (25, 60, 150, 400, 1000)
_SET = {
    "battery": "battery/headlines", "daegu-gyeongbuk": "daegu-gyeongbuk/headlines", "trade": "trade/headlines",
    "general-day": "general-day/articles", "one-paper": "one-paper/articles", "one-subject": "one-subject/articles",
    "lists": "lists/articles", "sections": "sections/headlines", "ktitan": "ktitan/headlines",
    "stream": "stream/headlines",
}  # fmt: skip
_DAYS = (0, 7, 30, 90, 365)  # that a draft is dated after the end of its archive
_WORD = re.compile(r"[0-9A-Za-z가-힣]+")


@dataclass(frozen=True, slots=True)
class Question:
    """``text`` a headline or some words, ``body`` the text behind it, ``day`` its ISO date; ``own`` the id of the
    archive's article that asks, which is no answer; ``right`` ids."""

    text: str
    right: frozenset[str] = frozenset()
    body: str = ""
    day: str | None = None
    own: str | None = None
    kind: str = ""


@dataclass(frozen=True)
class Task:
    """``records`` are what is ingested: id, title, body, published. ``dated``: questions bear dates."""

    name: str
    archive: str
    records: Sequence[Record]
    questions: Sequence[Question]
    dated: bool = False
    measure: str = "rank"  # or "answered": the share with an answer; "held": the share of hits that hold the words
    extra: dict[str, Any] = field(default_factory=dict)


@cache
def archive(name: str) -> tuple[Record, ...]:
    """The distinct headlines of a set, the first of each, with body (or summary) and date where there are any."""
    seen: dict[str, str] = {}
    found = []
    for row in rows(_SET[name]):
        title = (row.get("title") or "").strip()
        body = (row.get("body") or row.get("summary") or "").strip()
        if title and title not in seen:
            seen[title] = row["id"]
            found.append({"id": row["id"], "title": title, "body": body, "published": row.get("date")})
    return tuple(found)


@cache
def stories(name: str) -> tuple[tuple[str, ...], ...]:
    """Groups of ids of ``archive(name)`` that tell one story, two members at least."""
    id_of = {record["title"]: record["id"] for record in archive(name)}
    first = {row["id"]: id_of.get((row.get("title") or "").strip()) for row in rows(_SET[name])}
    groups = []
    for story in rows(f"{name}/stories"):
        members = tuple(sorted({member for i in story["ids"] if (member := first.get(i))}))
        if len(members) > 1:
            groups.append(members)
    return tuple(groups)


@cache
def _partners(name: str) -> dict[str, frozenset[str]]:
    """The others of all stories of an article, by its id: some headlines stand in two groups."""
    others_of: dict[str, set[str]] = defaultdict(set)
    for group in stories(name):
        for member in group:
            others_of[member].update(group)
    return {member: frozenset(others - {member}) for member, others in others_of.items()}


def _some(items: Iterable[Any], limit: int = QUESTIONS, seed: int = 11) -> list[Any]:
    items_list = list(items)
    if len(items_list) <= limit:
        return items_list
    return [items_list[i] for i in np.sort(np.random.default_rng(seed).choice(len(items_list), limit, replace=False))]


def _only(records: Iterable[Record], *fields: str) -> list[Record]:
    return [{name: r[name] for name in ("id", *fields) if r.get(name)} for r in records]


def story(name: str, *, dated: bool = True, bodies: bool = False) -> Task:
    """A headline of a story asks for the others; a story gives three questions at most."""
    by_id = {record["id"]: record for record in archive(name)}
    questions = []
    for group in stories(name):
        for asking in _some(group, 3):
            day = by_id[asking]["published"] if dated else None
            body = by_id[asking]["body"] if bodies else ""
            questions.append(Question(by_id[asking]["title"], _partners(name)[asking], body, day, asking))
    fields = ("title", "published", *(["body"] if bodies else []))
    kind = ("dated" if dated else "undated") + (", bodies" if bodies else "")
    return Task(f"story ({kind})", name, _only(archive(name), *fields), _some(questions), dated)


def _whole(name: str) -> tuple[list[Record], dict[str, frozenset[str]]]:
    """The articles with headline and body, and the ids that share each body: papers print one text of an agency."""
    whole = [r for r in archive(name) if len(r["body"]) >= 30]
    sharing: dict[str, set[str]] = defaultdict(set)
    for record in whole:
        sharing[record["body"]].add(record["id"])
    return whole, {body: frozenset(ids) for body, ids in sharing.items()}


def title_to_body(name: str) -> Task:
    """A headline asks for its own article, of which the archive knows the body alone."""
    whole, sharing = _whole(name)
    questions = [Question(r["title"], sharing[r["body"]]) for r in _some(whole)]
    return Task("title to body", name, _only(whole, "body"), questions)


def body_to_title(name: str) -> Task:
    """A body asks for its own headline; the archive knows headlines alone."""
    whole, sharing = _whole(name)
    questions = [Question(r["body"][:60], sharing[r["body"]], r["body"]) for r in _some(whole)]
    return Task("body to title", name, _only(whole, "title"), questions)


_JOSA = re.compile(
    "(?:에서|에게|으로|까지|부터|처럼|보다|라며|이라|에도|에는|에선|와의|과의|로는|[은는이가을를에의와과도로만서엔])$"
)


def stem(word: str) -> str:
    """A word of a headline without its particle, if two letters are left."""
    key = plain(word)
    bare = _JOSA.sub("", key)
    return bare if len(bare) > 1 else key


def plain(text: str) -> str:
    """Letters and digits alone, lower case: what a word is looked for in."""
    return "".join(_WORD.findall(text.lower()))


def short(name: str, words: int) -> Task:
    """``words`` neighbouring words of a headline that three headlines and more hold, asked for what holds them."""
    records = archive(name)
    keys = [plain(r["title"]) for r in records]
    whole = [f"{key} {plain(r['body'])}" for key, r in zip(keys, records, strict=True)]
    blob, blob_of_all = "\n".join(keys), "\n".join(whole)
    starts = np.cumsum([0, *(len(text) + 1 for text in whole)])
    random = np.random.default_rng(words)
    questions: dict[str, Question] = {}
    for i in random.permutation(len(records)).tolist():
        parts = [w for w in re.split(r"[^0-9A-Za-z가-힣]+", records[i]["title"]) if w]
        windows = [parts[i : i + words] for i in range(len(parts) - words + 1)]
        windows = [w for w in windows if all(len(x) > 1 and not x.isdigit() for x in w)]
        if not windows:
            continue
        window = windows[int(random.integers(len(windows)))]
        stems = [stem(word) for word in window]
        rare = min(stems, key=blob.count)
        if blob.count(rare) < 3:
            continue
        starts_found = [match.start() for match in re.finditer(re.escape(rare), blob_of_all)]
        candidates = sorted(set((np.searchsorted(starts, starts_found, side="right") - 1).tolist()))
        if sum(all(w in keys[i] for w in stems) for i in candidates) >= 3:
            right = frozenset(records[i]["id"] for i in candidates if all(w in whole[i] for w in stems))
            questions.setdefault(" ".join(window), Question(" ".join(window), right))
        if len(questions) >= 150:
            break
    fields = ("title", "published", "body")
    return Task(f"short, {words}", name, _only(records, *fields), list(questions.values()), measure="held")


def issue(name: str) -> Task:
    """A short name of an issue: the words that all headlines of a story share, asked for the story."""
    by_id = {record["id"]: record for record in archive(name)}
    questions = []
    for group in stories(name):
        titles = [by_id[i]["title"] for i in group]
        parts = [w for w in re.split(r"[^0-9A-Za-z가-힣]+", titles[0]) if len(w) > 1 and not w.isdigit()]
        shared = [w for w in dict.fromkeys(parts) if sum(plain(w) in plain(t) for t in titles) * 2 > len(titles)]
        if len(shared) >= 2:
            questions.append(Question(" ".join(shared[:3]), frozenset(group)))
    return Task("issue name", name, _only(archive(name), "title", "published"), _some(questions))


def draft(name: str, after: int | None) -> Task:
    """One headline of each story is held back and asks as a draft, dated ``after`` days after the archive's end."""
    by_id = {record["id"]: record for record in archive(name)}
    held_out = dict.fromkeys(group[len(group) // 2] for group in stories(name))
    remaining = [r for r in archive(name) if r["id"] not in held_out]
    last = max(datetime.fromisoformat(r["published"].replace("Z", "+00:00")[:10]) for r in remaining if r["published"])
    day = None if after is None else (last + timedelta(days=after)).date().isoformat()
    right = {i: _partners(name)[i] - held_out.keys() for i in held_out}
    questions = [Question(by_id[i]["title"], right_ids, day=day) for i, right_ids in right.items() if right_ids]
    label = "undated" if after is None else f"+{after} days"
    return Task(f"draft {label}", name, _only(remaining, "title", "published"), _some(questions))


def phrase(name: str, words: int) -> Task:
    """So many neighbouring words from within a body ask for what holds them, among whole articles."""
    whole = [record for record in archive(name) if len(record["body"]) >= 30]
    random = np.random.default_rng([words, 41])
    questions = []
    for record in _some([r for r in whole if len(r["body"].split()) > words + 20]):
        body_words = record["body"].split()
        begin = int(random.integers(12, len(body_words) - words))
        text = " ".join(body_words[begin : begin + words])
        questions.append(Question(text, frozenset(r["id"] for r in whole if text in r["body"])))
    return Task(f"phrase of {words} words", name, _only(whole, "title", "body", "published"), questions)


def lists(*, bodies: bool = True, distractors: bool = False, dated: bool = True) -> Task:
    """A page asks for what its editors listed. ``distractors``: all but the listed are known with their bodies."""
    articles = rows("lists/articles")
    by_title = {r["title"].strip(): r["id"] for r in articles}
    first = {r["id"]: r for r in archive("lists")}
    questions, listed = [], set()
    for row in articles:
        own = by_title.get(row["title"].strip())
        right = {by_title[t.strip()] for t in row.get("related") or () if t.strip() in by_title} - {own}
        right &= first.keys()
        if right and own:
            listed |= right
            day = row["date"] if dated else None
            questions.append(Question(row["title"], frozenset(right), row["body"] if bodies else "", day, own))
    records = [
        {k: v for k, v in r.items() if v and (k != "body" or (distractors and r["id"] not in listed))}
        for r in archive("lists")
    ]
    name = "title and body" if bodies else "title"
    return Task(f"lists ({name}{', distractors' if distractors else ''})", "lists", records, questions, dated)


def sample_lists(*, bodies: bool = True) -> Task:
    """The sample's pages ask for what stands in their lists; every headline answers by its title."""
    from recommender import Corpus

    with Corpus.open(":memory:") as corpus:
        corpus.ingest([ROOT / "data" / "sample" / "pages"])
        articles = {a.id: a for a in corpus.articles()}
        right: dict[str, set[str]] = defaultdict(set)
        for link in corpus.links():
            right[link.source].add(link.target)
    records = [{"id": i, "title": a.shown_title, "published": a.published} for i, a in articles.items()]
    questions = [
        Question(articles[i].shown_title, frozenset(r), articles[i].body if bodies else "", articles[i].published, i)
        for i, r in right.items()
    ]
    return Task(f"lists ({'title and body' if bodies else 'title'})", "sample", _only(records, "title", "published"),
                questions, True)  # fmt: skip


def near_duplicates(count: int = 20_000) -> Task:
    """Portal headlines that stand in the set again with other marks or tags ask for each other."""
    articles = rows(_SET["stream"])[:count]
    groups: dict[str, list[Record]] = defaultdict(list)
    by_title: dict[str, Record] = {}
    for row in articles:
        title = row["title"].strip()
        if title not in by_title:
            by_title[title] = {"id": row["id"], "title": title, "published": row["date"]}
            if len(key := title_key(title)) >= 10:
                groups[key[:14]].append(by_title[title])
    pairs = []
    for members in groups.values():
        keys = {title_key(m["title"]) for m in members}
        if 2 <= len(members) <= 6 and len(keys) > 1:
            pairs.append(Question(members[0]["title"], frozenset(m["id"] for m in members[1:]), own=members[0]["id"]))
    return Task("near-duplicates", "stream", list(by_title.values()), _some(pairs))


def cross_lingual(asking: str) -> Task:
    """Sentences of one language ask for their translations among all of the other, as headlines.

    ``asking``: "en" or "ko". The pairs that ask are held back from the base model (scripts/base_model/sets.py); it
    has seen the rest of the archive.
    """
    from scripts.base_model.sets import OpenSets

    other = "ko" if asking == "en" else "en"
    id_of: dict[str, str] = {}
    for i, row in enumerate(rows("ko-en/parallel")):
        id_of.setdefault(row[other].strip(), f"s{i}")
    records = [{"id": name, "title": text} for text, name in id_of.items()]
    held_out = OpenSets.read(SHARED / "corpora").held_parallel
    questions = [Question(row[asking], frozenset([id_of[row[other].strip()]])) for row in held_out]
    return Task(f"{asking} asks {other}", "ko-en", records, questions)


_FOREIGN_LABELS = {"sections": ("스포츠",), "one-paper": ("스포츠",), "ktitan": ("스포츠",), "general-day": ("스포츠",)}
_NONSENSE = (
    "쿠르멜 보타닉 즈베르",
    "푸드덕뭉치 갈라테아 흐늘렁",
    "젤코바 미르텐 우봉그 하르팡",
    "뜨랄랄 오카피 숨비기",
)


@cache
def foreign_texts(name: str) -> tuple[tuple[str, str], ...]:
    """(text, kind) of what has nothing to do with an archive: headlines of other fields, words of nothing, English."""
    labels = _FOREIGN_LABELS.get(name, ("스포츠", "생활문화"))
    titles = [row["title"] for row in rows("ynat/headlines") if row["label"] in labels][::2]
    path = ROOT / "tests" / "data" / "foreign.txt"
    written = path.read_text("utf-8").splitlines() if path.exists() and name not in _FOREIGN_LABELS else []
    texts = [(t, "another field") for t in _some(titles, FOREIGN, 5)]
    texts += [(t, "another field") for t in written]
    english = [row["en"] for row in rows("ko-en/parallel") if "news" not in row["source"]]
    texts += [(t, "another language") for t in _some(english, 60, 5)]
    return tuple(texts + [(t, "words of nothing") for t in _NONSENSE])


def foreign(name: str, size: int | None = None, seed: int = 0) -> Task:
    """Texts that nothing in the archive is related to, undated and with dates of the archive."""
    records = _only(archive(name), "title", "published", *(() if name in STORY_SETS[:3] else ("body",)))
    if size:
        records = _some(records, size, 100 + seed)
    days = sorted(r["published"] for r in records if r.get("published"))
    questions = []
    for i, (text, kind) in enumerate(foreign_texts(name)):
        questions.append(Question(text, kind=kind))
        if days:
            questions.append(Question(text, day=days[i * 7919 % len(days)], kind=f"{kind}, dated"))
    return Task("foreign" + (f", {size}" if size else ""), name, records, questions, measure="answered")


def matrix() -> dict[str, list[Callable[[], Task]]]:
    """Every cell of the matrix by task, as functions that make it."""

    def each(make: Callable[..., Task], names: Sequence[str], *args: Any, **kw: Any) -> list[Callable[[], Task]]:
        return [partial(make, name, *args, **kw) for name in names]

    return {
        "story": [
            *each(story, STORY_SETS), *each(story, STORY_SETS, dated=False),
            *each(story, ("general-day", "trade"), bodies=True),
        ],
        "body": [*each(title_to_body, BODY_SETS), *each(body_to_title, BODY_SETS)],
        "phrase": [f for n in (3, 4, 8, 40) for f in each(phrase, BODY_SETS, n)],
        "short": [f for n in (1, 2, 3) for f in each(short, SHORT_SETS, n)] + each(issue, STORY_SETS),
        "draft": [f for after in (None, *_DAYS) for f in each(draft, STORY_SETS, after)],
        "lists": [
            lists, lambda: lists(bodies=False), lambda: lists(distractors=True), sample_lists,
            lambda: sample_lists(bodies=False),
        ],
        "near-duplicates": [near_duplicates],
        "cross-lingual": [lambda: cross_lingual("en"), lambda: cross_lingual("ko")],
        "foreign": [
            *each(foreign, SHORT_SETS),
            *[partial(foreign, n, s) for s in SIZES for n in ("battery", "daegu-gyeongbuk", "general-day")],
        ],
    }  # fmt: skip


__all__ = ["SHARED", "Question", "Record", "Task", "archive", "matrix"]
