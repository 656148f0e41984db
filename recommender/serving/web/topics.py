"""Topics: the list, one topic with its articles, and its corrections with a preview."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from html import escape
from urllib.parse import urlencode

import numpy as np
from numpy.typing import NDArray

from ...errors import ModelError, QueryError
from ...ranking.model import Model, stored_model
from ...ranking.topic_rows import found as found_topic
from ...reporting import charts
from ...reporting.calendar import Periods
from ...reporting.markup import listed, paragraph
from ...reporting.shapes import Trend
from ...reporting.words import percent
from ...topics.edits import commands
from ...topics.edits.apply import with_edits
from ...topics.edits.log import FILE, Edit, EditLog
from ...topics.topic import Desk, Topic
from .asking import topic_choices
from .forms import Form
from .frame import Page, Visit, cell, field_of, notice, option, topic_address
from .hits import linked
from .site import Site
from .words import PageWords

_ROWS = 50  # articles of a topic on one page
_TERMS = 6
_ENOUGH = 8  # dated articles from which a trend is drawn
_PARTS = (2, 3, 4, 5, 6)


def topics(site: Site, visit: Visit) -> Page:
    """Curated topics and topics, each with its size, words and trend."""
    words, model = visit.words, site.recommender.model
    held = model.topics
    if not held.topics and not held.desks:
        return Page(words("topics_title"), f"<h1>{escape(words('topics_title'))}</h1>"
                    f"{paragraph(words('topics_none'), 'lead')}", "topics")  # fmt: skip
    lead = words("topics_lead", articles=len(model), topics=len(held.topics), share=percent(held.outlier_share))
    body = f"{_kept(site, visit, model)}<h1>{escape(words('topics_title'))}</h1>{paragraph(lead, 'lead')}"
    periods = site.kept("periods", lambda found: Periods(np.asarray(found.catalogue.days)), model)
    if held.desks:
        cards = [_card(desk, held.desk_members(i), periods, words) for i, desk in enumerate(held.desks)]
        body += f"<section><h2>{escape(words('desks_title'))}</h2>{listed(cards, 'tiles')}</section>"
    body += f"<section><h2>{escape(words('found_title'))}</h2>{_tree(model, periods, words)}</section>"
    return Page(words("topics_title"), body, "topics")


def _kept(site: Site, visit: Visit, model: Model) -> str:
    """The edits that were kept just now, as many as the address says, and their undo while nobody edited since."""
    log = EditLog.read(site.data / FILE)
    asked = visit.query.text("kept")
    edits = log.edits[-int(asked) :] if asked.isascii() and asked.isdigit() and 0 < int(asked[:6]) < 1000 else ()
    if not edits:
        return ""
    words, told = visit.words, told_edit(edits[-1], names_of(site, log), model, visit.words)
    what = told if len(edits) == 1 else words("and_more", what=told, count=len(edits) - 1)
    mine = visit.may("editor") and visit.person and all(each.by == visit.person.name for each in edits)
    stands = mine and log.standing[-len(edits) :] == edits
    return notice(words("kept", what=what), way_back=_way_back(visit, edits) if stands else "")


def _way_back(visit: Visit, edits: Sequence[Edit]) -> str:
    return (
        f'<form method="post" action="/edits" class="inline">{visit.hidden()}'
        f'<input type="hidden" name="last" value="{edits[-1].number}">'
        f'<input type="hidden" name="count" value="{len(edits)}">'
        f'<button class="quiet" name="action" value="undo">{escape(visit.words("undo"))}</button></form>'
    )


def _tree(model: Model, periods: Periods, words: PageWords) -> str:
    held = model.topics
    head = "h4" if held.broad else "h3"
    cards = [_card(topic, held.members(i), periods, words, head) for i, topic in enumerate(held.topics)]
    if not held.broad:
        return listed(cards, "tiles")
    groups = ""
    for place, broad in enumerate(held.broad):
        inner = listed((cards[int(child)] for child in held.children(place)), "tiles")
        groups += (
            f'<section class="group"><h3><a href="{escape(topic_address(broad.id))}">{escape(broad.name)}</a> '
            f'<span class="source">{escape(words.articles(broad.size))}</span></h3>{inner}</section>'
        )
    alone = (card for card, topic in zip(cards, held.topics, strict=True) if topic.parent is None)
    return groups + listed(alone, "tiles")


def _card(topic: Topic | Desk, rows: NDArray[np.int64], periods: Periods, words: PageWords, head: str = "h3") -> str:
    terms = ", ".join(topic.terms[:_TERMS])
    return (
        f'<{head}><a href="{escape(topic_address(topic.id))}">{escape(called(topic, words))}</a></{head}>'
        f'<p class="source">{escape(words.articles(len(rows)))}</p>{_trend(topic, periods.trend(rows), periods, words)}'
        f'<p class="words">{escape(terms)}</p>'
    )


def called(topic: Topic | Desk, words: PageWords) -> str:
    """The name in the language of the page."""
    return topic.name_en if isinstance(topic, Desk) and words.lang == "en" and topic.name_en else topic.name


def _trend(topic: Topic | Desk, trend: Trend, periods: Periods, words: PageWords) -> str:
    if len(trend.counts) < 2 or sum(trend.counts) < _ENOUGH:
        return ""
    labels = periods.calendar.labels
    peak = max(range(len(labels)), key=trend.counts.__getitem__)
    label = words(
        "trend_label", name=called(topic, words), first=words.date(labels[0]), last=words.date(labels[-1]),
        peak=trend.counts[peak], when=words.date(labels[peak]),
    )  # fmt: skip
    return charts.area(trend.counts, label)


# -- one topic


def topic(site: Site, visit: Visit) -> Page:
    """The topic of the address with its articles. Raises UnknownName."""
    words, model = visit.words, site.recommender.model
    kind, place = found_topic(model, visit.values["topic"])
    held = model.topics
    lists = {"desk": held.desk_members, "broad": held.broad_members, "fine": held.members}
    rows = lists[kind](place)
    found = held.desks[place] if kind == "desk" else (held.broad if kind == "broad" else held.topics)[place]
    periods = site.kept("periods", lambda known: Periods(np.asarray(known.catalogue.days)), model)
    chart = _trend(found, periods.trend(rows), periods, words)
    figure = f'<figure class="trend"><figcaption>{escape(words("topic_trend"))}</figcaption>{chart}</figure>'
    done = _kept(site, visit, model)
    wrong = notice(words("choose_one"), "wrong") if visit.query.text("wrong") else ""
    terms = listed((escape(term) for term in found.terms), "terms")
    editor = visit.may("editor")
    members, pages = _members(model, rows, visit, editor and kind == "fine")
    body = (
        f'{done}{wrong}<h1>{escape(called(found, words))}</h1><p class="source">{escape(words.articles(len(rows)))}'
        f"{_parent(model, found, words)}</p>{terms}{figure if chart else ''}{_finer(model, kind, place, words)}"
        f"{_tools(model, found, kind, visit) if editor and isinstance(found, Topic) else ''}"
        f"<section><h2>{escape(words('topic_members'))}</h2>{members}{pages}</section>"
    )
    if editor and kind == "fine":
        body = f"{body}{_chosen(model, visit.values['topic'], visit)}"
    return Page(called(found, words), body, "topics")


def _parent(model: Model, topic: Topic | Desk, words: PageWords) -> str:
    if not isinstance(topic, Topic) or not topic.parent:
        return ""
    broad = model.topics.broad[model.topics.find_broad(topic.parent)]
    return f' · {escape(words("topic_in"))} <a href="{escape(topic_address(broad.id))}">{escape(broad.name)}</a>'


def _finer(model: Model, kind: str, place: int, words: PageWords) -> str:
    if kind != "broad":
        return ""
    below = [model.topics.topics[int(child)] for child in model.topics.children(place)]
    inner = listed(
        (f'<a href="{escape(topic_address(t.id))}">{escape(t.name)}</a> ({t.size:,})' for t in below), "chips"
    )
    return f"<h2>{escape(words('topic_finer'))}</h2>{inner}"


def _members(model: Model, rows: NDArray[np.int64], visit: Visit, choosing: bool) -> tuple[str, str]:
    """One page of the articles, with boxes to choose them where they can be moved; and the way to the others."""
    words = visit.words
    pages = max(1, -(-len(rows) // _ROWS))
    asked = visit.query.text("page")
    page = min(max(int(asked), 1), pages) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    shown = rows[(page - 1) * _ROWS : page * _ROWS].tolist()
    items = (_member(model, row, words, choosing) for row in shown)
    return listed(items, "headlines wide choosing" if choosing else "headlines wide", "ol"), _pages(page, pages, visit)


def _member(model: Model, row: int, words: PageWords, choosing: bool) -> str:
    article = model.catalogue.article(row)
    line = linked(article.id, article.shown_title, article.outlet, article.published, words)
    if not choosing:
        return line
    label = escape(words("choose_article", title=article.shown_title[:80]))
    box = f'<input type="checkbox" form="chosen" name="article" value="{escape(article.id)}" aria-label="{label}">'
    return f"{box}<span>{line}</span>"


def _pages(page: int, pages: int, visit: Visit) -> str:
    if pages < 2:
        return ""
    words = visit.words
    link = '<a href="?{}" rel="{}">{}</a>'
    before = link.format(urlencode({"page": page - 1}), "prev", escape(words("page_before"))) if page > 1 else ""
    after = link.format(urlencode({"page": page + 1}), "next", escape(words("page_next"))) if page < pages else ""
    here = escape(words("page_of", page=page, pages=pages))
    return f'<nav class="pages" aria-label="{escape(words("page_nav"))}">{before}<span>{here}</span>{after}</nav>'


# -- corrections


def _tools(model: Model, topic: Topic, kind: str, visit: Visit) -> str:
    """What can be done with the topic itself."""
    words = visit.words
    same = model.topics.broad if kind == "broad" else model.topics.topics
    others = "".join(option(t.id, f"{t.name} ({t.size:,})") for t in same if t.id != topic.id)
    parts = "".join(option(str(count), str(count)) for count in _PARTS)
    tools = [
        (field_of(words("rename_to"), f'<input name="name" value="{escape(topic.name)}">'), "rename"),
        (field_of(words("merge_with"), f'<select name="with">{others}</select>'), "merge") if others else None,
        (field_of(words("split_into"), f'<select name="into">{parts}</select>'), "split"),
    ]
    inner = "".join(_tool(*tool, words) for tool in tools if tool)
    return (
        f'<details class="works-of"><summary>{escape(words("edit_title"))}</summary>'
        f'{paragraph(words("edit_note"), "note")}<form method="post" action="{escape(topic_address(topic.id))}">'
        f'{visit.hidden()}<div class="works">{inner}</div>{_reason(words)}</form></details>'
    )


def _reason(words: PageWords) -> str:
    return field_of(words("reason_label"), '<input name="reason" maxlength="300">')


def _chosen(model: Model, name: str, visit: Visit) -> str:
    """What can be done with the articles that are chosen above: their boxes belong to this form."""
    words = visit.words
    places = "".join(option(key, label) for key, label in topic_choices(model, words) if key != name)
    inner = _tool(field_of(words("move_to"), f'<select name="to">{places}</select>'), "move", words)
    inner += _tool("", "split_chosen", words)
    return (
        f'<section class="chosen"><h2>{escape(words("chosen_title"))}</h2>'
        f'<form method="post" action="{escape(topic_address(name))}" id="chosen">{visit.hidden()}'
        f'<div class="works">{inner}</div>{_reason(words)}</form></section>'
    )


def _tool(control: str, action: str, words: PageWords) -> str:
    return (
        f'<div class="work">{control}<button class="quiet" name="action" value="{action}">'
        f"{escape(words(action))}</button></div>"
    )


def edit(site: Site, visit: Visit) -> Page:
    """A preview of what a form asks; keeps it where it was confirmed and nothing changed meanwhile.

    Raises QueryError, InputError.
    """
    words, form, model = visit.words, visit.form, site.recommender.model
    log = EditLog.read(site.data / FILE)
    here = topic_address(visit.values["topic"])
    if form.text("action") in ("move", "split_chosen") and not form.all("article"):
        return Page(place=f"{here}?wrong=1")
    edits = _edits(model, log, visit.values["topic"], form)
    if form.text("seen") == _state(model, log):
        return _keep(site, visit, log, edits)
    stale = notice(words("stale"), "wrong") if form.text("seen") else ""
    changed, problems = with_edits(model, edits)
    wrong = "".join(notice(words.sentence(problem), "wrong") for problem in problems)
    table = _difference(model, changed, words) or paragraph(words("preview_none"), "note")
    told = listed((escape(told_edit(each, names_of(site, log), model, words)) for each in edits), "said")
    body = (
        f"{stale}<h1>{escape(words('preview_title'))}</h1>{wrong}{told}{table}"
        f'<form method="post" action="{escape(here)}" class="row">{visit.hidden()}{_again(form)}'
        f'<input type="hidden" name="seen" value="{_state(model, log)}">'
        f'<button class="strong">{escape(words("confirm"))}</button>'
        f'<a class="quiet" href="{escape(here)}">{escape(words("cancel"))}</a></form>'
    )
    return Page(words("preview_title"), body, "topics")


def _state(model: Model, log: EditLog) -> str:
    """What a preview was made of."""
    return f"{model.version}-{len(log.edits)}"


def _again(form: Form) -> str:
    """The fields that were sent, hidden, to be sent once more."""
    kept = ((name, value) for name, values in form.fields.items() for value in values if name not in ("csrf", "seen"))
    return "".join(f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in kept)


def _edits(model: Model, log: EditLog, name: str, form: Form) -> list[Edit]:
    """The edits that a form asks for. Raises QueryError."""
    action = form.text("action")
    if action == "rename":
        return [commands.rename(model, name, form.text("name"))]
    if action == "merge":
        return [commands.merge(model, [name, form.text("with")])]
    if action == "split":
        into = form.text("into")
        if not into.isascii() or not into.isdigit() or not 2 <= int(into[:3]) <= 20:
            raise QueryError("The number of parts is missing.", "Choose 2 to 20.")
        return [commands.split(model, log, name, int(into), ())]
    if action == "split_chosen":
        return [commands.split(model, log, name, None, form.all("article"))]
    if action == "move":
        return [commands.put(model, "move", article, form.text("to")) for article in form.all("article")]
    raise QueryError(f"'{action[:40]}' is no edit.", "Choose one of those on the page.")


def _keep(site: Site, visit: Visit, log: EditLog, edits: Sequence[Edit]) -> Page:
    reason = " ".join(visit.form.text("reason").split())
    for each in edits:
        log = log.add(replace(each, reason=reason, by=visit.person.name if visit.person else ""))
    site.service.changed()
    name = visit.values["topic"]
    after = site.recommender.model.topics
    stays = max(after.find(name), after.find_broad(name)) >= 0
    place = topic_address(name) if stays else "/topics"
    return Page(place=f"{place}?kept={len(edits)}")


def _difference(before: Model, after: Model, words: PageWords) -> str:
    """The topics that come, go, or change name or size."""
    old, new = _by_id(before), _by_id(after)
    rows = []
    for key in dict.fromkeys((*old, *new)):
        one, other = old.get(key), new.get(key)
        if one is None or other is None or (one.name, one.size) != (other.name, other.size):
            rows.append(f"<tr>{_side(one, words, 'before', 'new')}{_side(other, words, 'after', 'gone')}</tr>")
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{escape(words(name))}</th>' for name in ("before", "after"))
    return f'<table class="read"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def _by_id(model: Model) -> dict[str, Topic | Desk]:
    every: list[Topic | Desk] = [*model.topics.broad, *model.topics.topics, *model.topics.desks]
    return {topic.id: topic for topic in every}


def _side(topic: Topic | Desk | None, words: PageWords, when: str, missing: str) -> str:
    if topic is None:
        return cell(words(when), f'<span class="mark">{escape(words(missing))}</span>')
    size = f'<span class="source">{escape(words.articles(topic.size))}</span>'
    return cell(words(when), f"{escape(called(topic, words))} {size}")


def names_of(site: Site, log: EditLog) -> dict[str, str]:
    """The names of topics by id, of those too that edits took away: as trained, as edits named them, as they are."""
    known = dict(site.kept("trained names", _trained_names))
    known |= {part.id: part.name for each in log.edits for part in each.parts}
    known |= {each.topic: each.name for each in log.standing if each.name}
    return known | {key: topic.name for key, topic in _by_id(site.recommender.model).items()}


def _trained_names(model: Model) -> dict[str, str]:
    if model.folder is None:
        return {}
    try:
        return {key: topic.name for key, topic in _by_id(stored_model(model.folder)).items()}
    except ModelError:
        return {}


def told_edit(edit: Edit, names: Mapping[str, str], model: Model, words: PageWords, undone: Edit | None = None) -> str:
    """An edit in a sentence, with ``names`` of topics by id where they are known; ``undone`` is what it took back."""
    known = {**names, **{desk.id: called(desk, words) for desk in model.topics.desks}}

    def name(key: str) -> str:
        return known.get(key, key)

    what = told_edit(undone, names, model, words) if undone else f"{edit.line}"
    row = model.catalogue.row(edit.article) if edit.article else -1
    return words(
        "what_" + edit.action, topic=name(edit.topic), name=edit.name, topics=" + ".join(map(name, edit.topics)),
        parts=", ".join(part.name for part in edit.parts), what=what,
        article=model.catalogue.article(row).shown_title if row >= 0 else edit.article,
    )  # fmt: skip


def log_rows(log: EditLog) -> Iterable[tuple[Edit, bool]]:
    """The edits of topics, the newest first, and whether each stands."""
    standing = {each.number for each in log.standing}
    return [(each, each.number in standing) for each in reversed(log.edits)]
