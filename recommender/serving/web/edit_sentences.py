"""Topic edits as sentences: with the names of topics as they were then, and where a topic went that is gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ...errors import ModelError
from ...ranking.model import Model, stored_model
from ...topics.edits.log import FILE, Edit, EditLog
from ...topics.topic import CuratedTopic, Topic
from .site import Site
from .words import PageWords


def topics_by_id(model: Model) -> dict[str, Topic | CuratedTopic]:
    """Broad topics, topics and curated ones."""
    topics: list[Topic | CuratedTopic] = [*model.topics.broad, *model.topics.topics, *model.topics.curated]
    return {topic.id: topic for topic in topics}


def names_of(site: Site, log: EditLog) -> dict[str, str]:
    """Names of topics by id, deleted ones included: as trained, as edited, as they are now."""
    now = {key: topic.name for key, topic in topics_by_id(site.recommender.model).items()}
    return _first_names(site, log) | _renamed(log) | now


def names_before(site: Site, log: EditLog, number: int) -> dict[str, str]:
    """Names of topics by id as they were before the edit of that ``number``."""
    now = {key: topic.name for key, topic in topics_by_id(site.recommender.model).items()}
    return now | _first_names(site, log) | _renamed(EditLog(log.path, log.edits[: number - 1]))


def _first_names(site: Site, log: EditLog) -> dict[str, str]:
    """Names as trained, and as a split gave them."""
    return site.cached("trained names", _trained_names) | {part.id: part.name for e in log.edits for part in e.parts}


def _renamed(log: EditLog) -> dict[str, str]:
    return {edit.topic: edit.name for edit in log.standing if edit.name}


def _trained_names(model: Model) -> dict[str, str]:
    if model.folder is None:
        return {}
    try:
        return {key: topic.name for key, topic in topics_by_id(stored_model(model.folder)).items()}
    except ModelError:
        return {}


def edit_sentence(edit: Edit, names: Mapping[str, str], model: Model, words: PageWords, what: str = "") -> str:
    """An edit in a sentence, with ``names`` of topics by id where they are known; ``what`` an undo took back."""
    by_id = {**names, **{topic.id: words.topic(topic) for topic in model.topics.curated}}

    def name(key: str) -> str:
        return by_id.get(key, key)

    row = model.catalogue.row(edit.article) if edit.article else -1
    return words(
        "what_" + edit.action, topic=name(edit.topic), name=edit.name, topics=" + ".join(map(name, edit.topics)),
        parts=", ".join(part.name for part in edit.parts), what=what or f"{edit.line}",
        article=model.catalogue.article(row).shown_title if row >= 0 else edit.article,
    )  # fmt: skip


def logged_sentence(site: Site, log: EditLog, edit: Edit, words: PageWords) -> str:
    """An edit of the log in a sentence, with the names of its time; of an undo, with what it took back."""
    what = logged_sentence(site, log, log.edits[edit.line - 1], words) if edit.line else ""
    return edit_sentence(edit, names_before(site, log, edit.number), site.recommender.model, words, what)


def log_rows(log: EditLog) -> Iterable[tuple[Edit, bool]]:
    """The edits of topics, the newest first, and whether each stands."""
    standing = {edit.number for edit in log.standing}
    return [(edit, edit.number in standing) for edit in reversed(log.edits)]


def where_it_went(site: Site, gone: str) -> tuple[str, Edit] | None:
    """The topic that has what was in the topic ``gone``, and the edit that took that one away; None where no edit did.

    It was merged into another one, or a split that had made it was taken back.
    """
    log = EditLog.read(site.data / FILE)
    present, standing, name = topics_by_id(site.recommender.model), log.standing, gone
    took: Edit | None = None
    for _ in log.edits:
        step = _merged(standing, name) or _rejoined(log, name)
        if step is None:
            return None
        name, edit = step
        took = took or edit
        if name in present:
            return name, took
    return None


def _merged(standing: Iterable[Edit], name: str) -> tuple[str, Edit] | None:
    return next(((edit.topics[0], edit) for edit in standing if name in edit.topics[1:]), None)


def _rejoined(log: EditLog, name: str) -> tuple[str, Edit] | None:
    undone = {edit.line: edit for edit in log.edits if edit.action == "undo"}
    splits = (edit for edit in log.edits if name in {part.id for part in edit.parts})
    return next(((edit.topic, undone[edit.number]) for edit in splits if edit.number in undone), None)
