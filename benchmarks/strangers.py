"""Archives and questions of writers who knew nothing of the program, beside character bigrams; all made up.

    python -m benchmarks.strangers

``seen`` (319 headlines, 159 questions): no weight was chosen by it, but its faults were mended and its figures looked
at meanwhile. ``unseen`` (210, 90): written and asked after that, once. ``kinds`` (326, 157): archives of other kinds, a
county's releases, a broadcaster's clips, a magazine of long texts, an English paper, sport, courts; the faults that
they showed were mended by kind, with phrases and whole articles of the sets. ``fields`` (564, 278): seven more,
one of whole articles alone. ``desks`` (535, 317): six of a sixth writer, sealed before he ran it; the bounds of one
shared word came from it. ``houses`` (473, 382): seven
of a seventh writer, sealed too, asked as one archive of headlines, whole articles and summaries as well, which is what
they are for; the start of headlines beside whole articles was chosen with an eye on it, no score is fitted on it.
``presses`` (333, 643 with those by id): a sports daily, a court and an election desk, a stock wire, culture, religion,
sealed by a tenth writer; how much a word tells that is shared alone (``FieldIndex.specificity``) came from all ten.
``rooms`` (376, 449): a wire agency with its updates, bulletins as they are spoken, opinion, a trade journal of
headlines alone and a small town's paper, sealed by a ninth writer; what is ``accepted`` beside what is right counts as
right. That the words of one eojeol are one thing in common came from it.
The slopes and offsets of small archives (``calibration.small``) are fitted on the others and on
``benchmarks/written``; ``fit_scores`` leaves each out. What is chosen from now on may look at none.

Each member of a story asks as a stored article and as a text; the questions are what people type: short names of an
issue, words, typing errors, other scripts and abbreviations, paraphrases, drafts; what has no answer (foreign) or only
seems to have one (trap). Printed beside TF-IDF of character bigrams, which is never silent: first hits that are right
and questions without an answer, for what has no answer the share that is answered (at .15 and more: labelled related);
then how many of the first five hits are right by the score they have.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.sets import desk_of
from benchmarks.systems import BIGRAMS, Plain
from benchmarks.tasks import Question
from benchmarks.written import read, record_of
from recommender import SearchOptions

FOLDER = Path(__file__).with_suffix("")
WRITERS = {
    "seen": ("daily", "sport-culture", "city-hall", "startup"),
    "unseen": ("portal", "environment-energy", "province"),
    "kinds": (
        "county-releases",
        "broadcaster-clips",
        "magazine",
        "english-paper",
        "sport-entertainment",
        "courts-accidents",
    ),
    "fields": ("farming", "defence", "university", "stocks", "entertainment", "health", "real-estate"),
    "desks": ("labour", "education", "disasters", "international", "culture", "portal-week"),
    "houses": ("daily", "titles", "regional", "trade", "weekly", "press", "mixed"),
    "rooms": ("wire", "bulletins", "opinion", "shipping", "town"),
    "presses": ("sports", "court", "stock", "election", "culture", "religion"),
}
AS_ONE = UNFITTED = ("houses", "rooms", "presses")  # asked as one archive too, and fitted on by no score
K, SHOWN, RELATED = 10, 5, 0.15
BANDS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
OPTIONS = SearchOptions(k=K, stories=True)


class Asked(NamedTuple):
    """An answer: ``ids`` and ``scores`` of the hits, the first of ``bigrams``, and what is ``right``."""

    archive: str
    kind: str
    right: frozenset[str]
    ids: tuple[str, ...]
    scores: tuple[float, ...]
    bigrams: str


def main() -> None:
    for folder, archives in WRITERS.items():
        print(f"-- {folder}")
        questions = read(FOLDER / folder / "questions.jsonl")
        rows = {name: read(FOLDER / folder / f"{name}.jsonl") for name in archives}
        asked_of = {name: [row for row in questions if row["archive"] == name] for name in archives}
        printed(archives, [asked for name in archives for asked in answers(name, rows[name], asked_of[name])])
        if folder in AS_ONE:
            print(f"-- {folder} as one archive")
            printed((), list(answers("as one", [row for part in rows.values() for row in part], questions)))


def printed(archives: Sequence[str], answers: list[Asked]) -> None:
    members = {"a member by id", "a member by text"}
    for name in (*archives, "all"):
        own = [answer for answer in answers if name in (answer.archive, "all")]
        print(f"{name}")
        for kind in (*sorted(members), "a question"):
            shown(
                kind,
                [e for e in own if e.right and (e.kind == kind or (kind[2:] == "question" and e.kind not in members))],
            )
    print("by kind of question")
    for kind in dict.fromkeys(answer.kind for answer in answers if answer.kind not in members):
        shown(kind, [answer for answer in answers if answer.kind == kind and answer.right])
        silent_wanted(kind, [answer for answer in answers if answer.kind == kind and not answer.right])
    for kind in (*sorted(members), "questions"):
        reliability(kind, [e for e in answers if e.kind == kind or (kind == "questions" and e.kind not in members)])


def answers(name: str, rows: Sequence[dict[str, Any]], questions: Iterable[dict[str, Any]]) -> Iterator[Asked]:
    """What is answered to each member of a story among ``rows`` and to the ``questions``."""
    with tempfile.TemporaryDirectory() as folder_name:
        desk = desk_of(map(record_of, rows), Path(folder_name))
    plain = Plain([record_of(row) for row in rows])

    def answer(kind: str, right: Iterable[str], title: str, own: str | None, **asking: str) -> Asked:
        hits = desk.similar(**asking, options=OPTIONS)
        first = plain.ask(BIGRAMS, Question(title, own=own)).ids
        others = [hit for hit in hits if hit.article.id != own]  # a title of three words asks for the article itself
        ids, scores = tuple(hit.article.id for hit in others), tuple(hit.score for hit in others)
        return Asked(name, kind, frozenset(right), ids, scores, first[0] if first else "")

    stories = defaultdict(set)
    for row in rows:
        stories[row.get("story")].add(row["id"])
    for row in rows:
        right = stories[row.get("story")] - {row["id"]}
        if row.get("story") and right:
            text = row["title"] or row["body"]
            yield answer("a member by id", right, text, row["id"], id=row["id"])
            yield answer("a member by text", right, text, row["id"], text=text)
    for row in questions:
        dated = {"published": row["published"]} if "published" in row else {}
        right = [*row["right"], *row.get("accepted", ())]
        yield answer(row["kind"], right, row["question"], None, text=row["question"], **dated)


def shown(what: str, answers: list[Asked]) -> None:
    if answers:
        right = np.mean([bool(answer.ids) and answer.ids[0] in answer.right for answer in answers])
        silent, plain = (
            np.mean([not answer.ids for answer in answers]),
            np.mean([answer.bigrams in answer.right for answer in answers]),
        )
        print(f"  {what}, {len(answers)}: first hit right {right:.3f}, no answer {silent:.3f}; bigrams {plain:.3f}")


def silent_wanted(what: str, answers: list[Asked]) -> None:
    if answers:
        answered = np.mean([bool(answer.ids) for answer in answers])
        related = np.mean([bool(answer.ids) and answer.scores[0] >= RELATED for answer in answers])
        print(f"  {what} without an answer, {len(answers)}: answered {answered:.3f}, as related {related:.3f}")


def reliability(what: str, asked: list[Asked]) -> None:
    pairs = [(s, i in e.right) for e in asked for s, i in list(zip(e.scores, e.ids, strict=True))[:SHOWN]]
    scores, right = np.array([s for s, _ in pairs]), np.array([r for _, r in pairs])
    bands = [(scores >= low) & (scores < high) for low, high in pairwise(BANDS)]
    line = ", ".join(f"{scores[b].mean():.2f} said {right[b].mean():.2f} right of {b.sum()}" for b in bands if b.any())
    error = sum(abs(scores[b].mean() - right[b].mean()) * b.sum() for b in bands if b.any()) / max(len(pairs), 1)
    print(f"scores of the first {SHOWN} hits, {what}: {line}; error {error:.3f}")


if __name__ == "__main__":
    main()
