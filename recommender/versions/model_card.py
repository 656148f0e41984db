"""The model card: what a version was made from, how good it is and where it ends, for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..lazy import dataclass
from .quality import Quality, stored_quality

CARD = "CARD.md"
_SCORES = {
    "mrr": "mean reciprocal rank of the first listed headline",
    "hit_10": "hit@10",
    "recall_10": "recall@10",
    "abstained": "questions without an answer",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the arrays of a model say: days of the ``dated`` articles, counts, ``outlier_share`` 0..1, weights."""

    first: str | None
    last: str | None
    dated: int
    outlets: int
    curated: int
    outlier_share: float
    weights: Mapping[str, Any]


def card(about: Mapping[str, Any], facts: Facts) -> str:
    """``CARD.md`` of a version, in Markdown. ``about`` is the manifest.

    The same for the same corpus and recipe: it holds no time of writing and no version number.
    """
    corpus, recipe = about.get("corpus", {}), about.get("recipe", {})
    articles = corpus.get("articles", 0)
    lines = ["# Model card", "", "Related articles and topics for one archive of Korean headlines.", "", "## Data", ""]
    lines += _table(
        {
            "fingerprint": f"`{corpus.get('fingerprint', '')}`",
            "articles": f"{articles:,}, of these {corpus.get('headline_only', 0):,} known by headline only",
            "published": _period(facts, articles),
            "outlets": f"{facts.outlets:,}",
            "links from related lists": f"{corpus.get('links', 0):,}",
        }
    )
    lines += ["", "## Recipe", "", *_table(dict(sorted(recipe.items())))]
    lines += ["", "## Libraries", "", *_table(dict(sorted(about.get("libraries", {}).items())))]
    lines += ["", f"## Weights of a score: {facts.weights.get('source', '')}", ""]
    lines += _table({name: value for name, value in facts.weights.items() if name not in ("source", "table")})
    topics = {
        "topics": about.get("topics", 0),
        "desks": facts.curated,
        "articles in no topic": f"{facts.outlier_share:.1%}",
    }
    lines += ["", "## Topics", "", *_table(topics), "", "## Scores", "", *_scores(stored_quality(about))]
    lines += ["", "## Limits", "", *(f"- {limit}" for limit in _limits(about, facts, articles))]
    return "\n".join(lines) + "\n"


def _table(rows: Mapping[str, Any]) -> list[str]:
    shown = {name: f"{value:.6g}" if isinstance(value, float) else value for name, value in rows.items()}
    return ["| | |", "|---|---|", *(f"| {name} | {shown[name]} |" for name in shown)]


def _period(facts: Facts, articles: int) -> str:
    if not facts.dated:
        return "no date is known"
    return f"{facts.first} to {facts.last}; {articles - facts.dated:,} without a date"


def _scores(quality: Quality | None) -> list[str]:
    if quality is None:
        return ["Not judged when it was saved: `recommender evaluate`."]
    if not quality.questions:
        return ["Not judged: no page of the archive has a related list."]
    lines = [f"{quality.questions:,} pages ask for the headlines that editors listed under them; the lists took no"]
    lines += ["part in the answers. In brackets the interval that holds 95 of 100 resamplings.", ""]
    if quality.version:
        lines += [f"Measured when {quality.version} was trained; articles added since took no part.", ""]
    measures = quality.measures
    return lines + _table({text: str(measures[name]) for name, text in _SCORES.items() if name in measures})


def _limits(about: Mapping[str, Any], facts: Facts, articles: int) -> Iterator[str]:
    yield "It knows the words and names of this archive up to its last article; later ones are new to it."
    if share := about.get("corpus", {}).get("headline_only", 0) / max(1, articles):
        yield f"{share:.0%} of the articles are known by their headline alone: no body, no outlet, often no date."
    if facts.dated < articles:
        yield "Articles without a date are in no answer that asks for a period."
    if str(facts.weights.get("source", "")).startswith("default"):
        yield "Too few related pairs to fit the weights of a score to this archive: the built-in weights are used."
    else:
        yield "The scores are of cross-fitted weights, which did not see the lists they are measured on."
    if articles < 30:
        yield "In so small an archive topics are joined by cosine alone, and the scores rest on few questions."
    yield "A headline that editors did not list is unlabelled, not wrong: the scores count listed headlines alone."
    yield "The words are Korean words; other languages are kept, found by what is spelled alike, and not translated."
