"""Topic edits: the forms of a page, and their preview."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import urlencode

from ...errors import QueryError
from ...ranking.model import Model
from ...reporting.markup import labelled, listed, paragraph
from ...topics.edits import commands
from ...topics.edits.apply import with_edits
from ...topics.edits.log import FILE, Edit, EditLog
from ...topics.topic import CuratedTopic, Topic
from .edit_sentences import edit_sentence, logged_sentence, names_of, topics_by_id, where_it_went
from .forms import Form
from .frame import Page, Visit, cell, notice, option, topic_address
from .hits import linked
from .search import topic_choices
from .site import Site
from .words import PageWords

_PARTS = (2, 3, 4, 5, 6)
_SHOWN = 5  # headlines of a topic that would be new
_QUOTED = re.compile(r"'([^']{1,40})'")
_RANGE = re.compile(r"(\d{1,6})-(\d{1,6})", re.ASCII)


def kept_notice(site: Site, visit: Visit) -> str:
    """A notice of the visitor's own edits whose numbers the address has, while they stand; with an undo while they are
    the last."""
    numbers = _RANGE.fullmatch(visit.query.text("kept"))
    log = EditLog.read(site.data / FILE)
    edits = log.edits[max(int(numbers[1]) - 1, 0) : int(numbers[2])] if numbers else ()
    standing = log.standing
    if not edits or not {*edits} <= {*standing} or any(edit.by != visit.who for edit in edits):
        return ""
    words, sentence = visit.words, logged_sentence(site, log, edits[-1], visit.words)
    what = sentence if len(edits) == 1 else words("and_more", what=sentence, count=len(edits) - 1)
    undoable = visit.may("editor") and standing[-len(edits) :] == edits
    return notice(words("kept", what=what), undo_form=_undo_form(visit, edits) if undoable else "")


def gone_notice(site: Site, visit: Visit) -> str:
    """Where the address names a topic that is gone: what took it away, who and when."""
    gone = visit.query.text("gone")
    if not gone or not (went := where_it_went(site, gone)):
        return ""
    words, log, edit = visit.words, EditLog.read(site.data / FILE), went[1]
    said = {"name": names_of(site, log).get(gone, gone), "what": logged_sentence(site, log, edit, words)}
    by = words("by", by=edit.by or words("unnamed"), time=words.time(edit.time))
    text = words("gone_topic", by=by, **said)
    return notice(f"{words('not_kept')} {text}", "wrong") if visit.query.text("unkept") else notice(text)


def gone_page(site: Site, name: str, *, unkept: bool = False) -> Page | None:
    """A redirect to the topic that took in the one called ``name``; ``unkept``: an edit of that one was sent."""
    went = where_it_went(site, name)
    if went is None:
        return None
    query = urlencode({"gone": name} | ({"unkept": "1"} if unkept else {}))
    return Page(redirect=f"{topic_address(went[0])}?{query}")


def _undo_form(visit: Visit, edits: Sequence[Edit]) -> str:
    return (
        f'<form method="post" action="/edits" class="inline">{visit.hidden()}'
        f'<input type="hidden" name="last" value="{edits[-1].number}">'
        f'<input type="hidden" name="count" value="{len(edits)}">'
        f'<button class="quiet" name="action" value="undo">{escape(visit.words("undo"))}</button></form>'
    )


def tools(model: Model, topic: Topic, kind: str, visit: Visit) -> str:
    """The forms that edit the topic itself."""
    words = visit.words
    same = model.topics.broad if kind == "broad" else model.topics.topics
    others = "".join(option(t.id, f"{t.name} ({t.size:,})") for t in same if t.id != topic.id)
    parts = "".join(option(str(count), str(count)) for count in _PARTS)
    tools = [
        (
            labelled(
                words("rename_to"),
                f'<input name="name" value="{escape(topic.name)}" maxlength="{commands.LONGEST_NAME}">',
            ),
            "rename",
        ),
        (labelled(words("merge_with"), f'<select name="with">{others}</select>'), "merge") if others else None,
        (labelled(words("split_into"), f'<select name="into">{parts}</select>'), "split"),
    ]
    inner = "".join(_tool(*tool, words) for tool in tools if tool)
    return (
        f'<details class="works-of"><summary>{escape(words("edit_title"))}</summary>'
        f'{paragraph(words("edit_note"), "note")}<form method="post" action="{escape(topic_address(topic.id))}">'
        f'{visit.hidden()}<div class="works">{inner}</div></form></details>'
    )


def _reason(words: PageWords, reason: str) -> str:
    return labelled(words("reason_label"), f'<input name="reason" maxlength="300" value="{escape(reason)}">')


def chosen(model: Model, name: str, visit: Visit) -> str:
    """The form for the articles chosen above: their checkboxes belong to it."""
    words = visit.words
    targets = "".join(option(key, label) for key, label in topic_choices(model, words) if key != name)
    inner = _tool(labelled(words("move_to"), f'<select name="to">{targets}</select>'), "move", words)
    inner += _tool("", "split_chosen", words)
    return (
        f'<section class="chosen"><h2>{escape(words("chosen_title"))}</h2>'
        f'<form method="post" action="{escape(topic_address(name))}" id="chosen">{visit.hidden()}'
        f'<div class="works">{inner}</div></form></section>'
    )


def _tool(control: str, action: str, words: PageWords) -> str:
    return (
        f'<div class="work">{control}<button class="quiet" name="action" value="{action}">'
        f"{escape(words(action))}</button></div>"
    )


def edit(site: Site, visit: Visit) -> Page:
    """Previews the edit of a form; logs it once confirmed, if nothing changed meanwhile.

    Raises QueryError, InputError.
    """
    words, form, model = visit.words, visit.form, site.recommender.model
    log, name = EditLog.read(site.data / FILE), visit.values["topic"]
    address = topic_address(name)
    if name not in topics_by_id(model) and (gone := gone_page(site, name, unkept=True)):
        return gone
    if wrong := _wrong_choice(model, form):
        return Page(redirect=f"{address}?wrong={wrong}")
    try:
        edits = _edits(model, log, name, form)
    except QueryError as error:
        raise _with_names(error, names_of(site, log)) from None
    if form.text("seen") == _state(model, log):
        return _keep(site, visit, log, edits)
    stale = notice(words("stale"), "wrong") if form.text("seen") else ""
    changed, problems = with_edits(model, edits)
    wrongs = "".join(notice(words.sentence(problem), "wrong") for problem in problems)
    table = _difference(model, changed, words) or paragraph(words("preview_none"), "note")
    sentences = listed((escape(edit_sentence(edit, names_of(site, log), model, words)) for edit in edits), "said")
    body = (
        f"{stale}<h1>{escape(words('preview_title'))}</h1>{wrongs}{sentences}{table}"
        f'<form method="post" action="{escape(address)}">{visit.hidden()}{_again(form)}'
        f'<input type="hidden" name="seen" value="{_state(model, log)}">'
        f'{_reason(words, form.text("reason"))}<div class="row">'
        f'<button class="strong">{escape(words("confirm"))}</button>'
        f'<a class="quiet" href="{escape(address)}">{escape(words("cancel"))}</a></div></form>'
    )
    return Page(words("preview_title"), body, "topics")


def _wrong_choice(model: Model, form: Form) -> str:
    """Why the articles of a form cannot be moved: none is chosen, or all are there already; empty where they can."""
    action, articles = form.text("action"), form.all("article")
    if action not in ("move", "split_chosen"):
        return ""
    if not articles:
        return "none"
    return "there" if action == "move" and not _elsewhere(model, articles, form.text("to")) else ""


def _elsewhere(model: Model, articles: Sequence[str], topic: str) -> list[str]:
    """Those of ``articles`` that are not in ``topic`` yet."""
    rows = ((name, model.catalogue.row(name)) for name in articles)
    topics = ((name, model.topics.of_row(row) if row >= 0 else None) for name, row in rows)
    return [name for name, now in topics if now is None or now.id != topic]


def _with_names(error: QueryError, names: Mapping[str, str]) -> QueryError:
    """The same with the names of topics for their ids, which nobody knows who sees the pages."""
    problem = _QUOTED.sub(lambda match: f"'{names.get(match[1], match[1])}'", error.problem)
    return type(error)(problem, error.hint)


def _state(model: Model, log: EditLog) -> str:
    """The state that a preview was made from."""
    return f"{model.version}-{len(log.edits)}"


def _again(form: Form) -> str:
    """The fields of ``form`` as hidden inputs, to be sent again."""
    fields = form.fields.items()
    pairs = ((name, value) for name, values in fields for value in values if name not in ("csrf", "seen", "reason"))
    return "".join(f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in pairs)


def _count(text: str) -> int:
    """A whole number of few digits; -1 for any other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1


def _edits(model: Model, log: EditLog, name: str, form: Form) -> list[Edit]:
    """The edits that a form asks for. Raises QueryError."""
    action = form.text("action")
    if action == "rename":
        return [commands.rename(model, name, form.text("name"))]
    if action == "merge":
        return [commands.merge(model, [name, form.text("with")])]
    if action == "split":
        into = form.text("into")
        if not 2 <= (parts := _count(into)) <= 20:
            raise QueryError("The number of parts is missing.", "Choose 2 to 20.")
        return [commands.split(model, log, name, parts, ())]
    if action == "split_chosen":
        return [commands.split(model, log, name, None, form.all("article"))]
    if action == "move":
        return [
            commands.put(model, "move", article, form.text("to"))
            for article in _elsewhere(model, form.all("article"), form.text("to"))
        ]
    raise QueryError(f"'{action[:40]}' is not a valid edit.", "Choose one of those on the page.")


def _keep(site: Site, visit: Visit, log: EditLog, edits: Sequence[Edit]) -> Page:
    reason = visit.form.text("reason")
    first = len(log.edits) + 1
    for edit in edits:
        log = log.add(edit, by=visit.who, reason=reason)
    site.service.changed()
    name = visit.values["topic"]
    after = site.recommender.model.topics
    stays = max(after.find(name), after.find_broad(name)) >= 0
    address = topic_address(name) if stays else "/topics"
    return Page(redirect=f"{address}?kept={first}-{len(log.edits)}")


def _difference(before: Model, after: Model, words: PageWords) -> str:
    """The topics that appear, disappear, or change name or size."""
    old, new = topics_by_id(before), topics_by_id(after)
    rows = []
    for key in dict.fromkeys((*old, *new)):
        was, now = old.get(key), new.get(key)
        if was is None or now is None or (was.name, was.size) != (now.name, now.size):
            titles = _first_of(after, key, words) if was is None else ""
            rows.append(f"<tr>{_side(was, words, 'before', 'new')}{_side(now, words, 'after', 'gone', titles)}</tr>")
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{escape(words(name))}</th>' for name in ("before", "after"))
    return f'<table class="read"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def _first_of(model: Model, key: str, words: PageWords) -> str:
    """Headlines of a topic that would be new."""
    index = model.topics.find(key)
    rows = model.topics.members(index)[:_SHOWN].tolist() if index >= 0 else []
    return listed((linked(model.catalogue.article(row), words) for row in rows), "headlines")


def _side(topic: Topic | CuratedTopic | None, words: PageWords, when: str, missing: str, more: str = "") -> str:
    if topic is None:
        return cell(words(when), f'<span class="mark">{escape(words(missing))}</span>')
    size = f'<span class="source">{escape(words.articles(topic.size))}</span>'
    return cell(words(when), f"{escape(words.topic(topic))} {size}{more}")
