"""Topic edits: the forms of a page, their preview, and an edit as a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from ...errors import ModelError, QueryError
from ...ranking.model import Model, stored_model
from ...reporting.markup import labelled, listed, paragraph
from ...topics.edits import commands
from ...topics.edits.apply import with_edits
from ...topics.edits.log import FILE, Edit, EditLog
from ...topics.topic import CuratedTopic, Topic
from .forms import Form
from .frame import Page, Visit, cell, notice, option, topic_address
from .hits import linked
from .search import topic_choices
from .site import Site
from .words import PageWords

_PARTS = (2, 3, 4, 5, 6)
_SHOWN = 5  # headlines of a topic that would be new


def kept_notice(site: Site, visit: Visit, model: Model) -> str:
    """A notice of the latest edits, as many as the address says, with an undo unless somebody edited since."""
    log = EditLog.read(site.data / FILE)
    count = _count(visit.query.text("kept"))
    edits = log.edits[-count:] if 0 < count < 1000 else ()
    if not edits:
        return ""
    words, sentence = visit.words, edit_sentence(edits[-1], names_of(site, log), model, visit.words)
    what = sentence if len(edits) == 1 else words("and_more", what=sentence, count=len(edits) - 1)
    is_own = visit.may("editor") and visit.person and all(edit.by == visit.person.name for edit in edits)
    undoable = is_own and log.standing[-len(edits) :] == edits
    return notice(words("kept", what=what), undo_form=_undo_form(visit, edits) if undoable else "")


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
        (labelled(words("rename_to"), f'<input name="name" value="{escape(topic.name)}">'), "rename"),
        (labelled(words("merge_with"), f'<select name="with">{others}</select>'), "merge") if others else None,
        (labelled(words("split_into"), f'<select name="into">{parts}</select>'), "split"),
    ]
    inner = "".join(_tool(*tool, words) for tool in tools if tool)
    return (
        f'<details class="works-of"><summary>{escape(words("edit_title"))}</summary>'
        f'{paragraph(words("edit_note"), "note")}<form method="post" action="{escape(topic_address(topic.id))}">'
        f'{visit.hidden()}<div class="works">{inner}</div>{_reason(words)}</form></details>'
    )


def _reason(words: PageWords) -> str:
    return labelled(words("reason_label"), '<input name="reason" maxlength="300">')


def chosen(model: Model, name: str, visit: Visit) -> str:
    """The form for the articles chosen above: their checkboxes belong to it."""
    words = visit.words
    targets = "".join(option(key, label) for key, label in topic_choices(model, words) if key != name)
    inner = _tool(labelled(words("move_to"), f'<select name="to">{targets}</select>'), "move", words)
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
    """Previews the edit of a form; logs it once confirmed, if nothing changed meanwhile.

    Raises QueryError, InputError.
    """
    words, form, model = visit.words, visit.form, site.recommender.model
    log = EditLog.read(site.data / FILE)
    address = topic_address(visit.values["topic"])
    if form.text("action") in ("move", "split_chosen") and not form.all("article"):
        return Page(redirect=f"{address}?wrong=1")
    edits = _edits(model, log, visit.values["topic"], form)
    if form.text("seen") == _state(model, log):
        return _keep(site, visit, log, edits)
    stale = notice(words("stale"), "wrong") if form.text("seen") else ""
    changed, problems = with_edits(model, edits)
    wrong = "".join(notice(words.sentence(problem), "wrong") for problem in problems)
    table = _difference(model, changed, words) or paragraph(words("preview_none"), "note")
    sentences = listed((escape(edit_sentence(edit, names_of(site, log), model, words)) for edit in edits), "said")
    body = (
        f"{stale}<h1>{escape(words('preview_title'))}</h1>{wrong}{sentences}{table}"
        f'<form method="post" action="{escape(address)}" class="row">{visit.hidden()}{_again(form)}'
        f'<input type="hidden" name="seen" value="{_state(model, log)}">'
        f'<button class="strong">{escape(words("confirm"))}</button>'
        f'<a class="quiet" href="{escape(address)}">{escape(words("cancel"))}</a></form>'
    )
    return Page(words("preview_title"), body, "topics")


def _state(model: Model, log: EditLog) -> str:
    """The state that a preview was made from."""
    return f"{model.version}-{len(log.edits)}"


def _again(form: Form) -> str:
    """The fields of ``form`` as hidden inputs, to be sent again."""
    pairs = ((name, value) for name, values in form.fields.items() for value in values if name not in ("csrf", "seen"))
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
        return [commands.put(model, "move", article, form.text("to")) for article in form.all("article")]
    raise QueryError(f"'{action[:40]}' is not a valid edit.", "Choose one of those on the page.")


def _keep(site: Site, visit: Visit, log: EditLog, edits: Sequence[Edit]) -> Page:
    reason = visit.form.text("reason")
    for edit in edits:
        log = log.add(edit, by=visit.who, reason=reason)
    site.service.changed()
    name = visit.values["topic"]
    after = site.recommender.model.topics
    stays = max(after.find(name), after.find_broad(name)) >= 0
    address = topic_address(name) if stays else "/topics"
    return Page(redirect=f"{address}?kept={len(edits)}")


def _difference(before: Model, after: Model, words: PageWords) -> str:
    """The topics that appear, disappear, or change name or size."""
    old, new = _by_id(before), _by_id(after)
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


def _by_id(model: Model) -> dict[str, Topic | CuratedTopic]:
    topics: list[Topic | CuratedTopic] = [*model.topics.broad, *model.topics.topics, *model.topics.curated]
    return {topic.id: topic for topic in topics}


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


def names_of(site: Site, log: EditLog) -> dict[str, str]:
    """Names of topics by id, deleted ones included: as trained, as edited, as they are now."""
    names = dict(site.cached("trained names", _trained_names))
    names |= {part.id: part.name for edit in log.edits for part in edit.parts}
    names |= {edit.topic: edit.name for edit in log.standing if edit.name}
    return names | {key: topic.name for key, topic in _by_id(site.recommender.model).items()}


def _trained_names(model: Model) -> dict[str, str]:
    if model.folder is None:
        return {}
    try:
        return {key: topic.name for key, topic in _by_id(stored_model(model.folder)).items()}
    except ModelError:
        return {}


def edit_sentence(
    edit: Edit, names: Mapping[str, str], model: Model, words: PageWords, undone: Edit | None = None
) -> str:
    """An edit in a sentence, with ``names`` of topics by id where they are known; ``undone`` is what it took back."""
    by_id = {**names, **{topic.id: words.topic(topic) for topic in model.topics.curated}}

    def name(key: str) -> str:
        return by_id.get(key, key)

    what = edit_sentence(undone, names, model, words) if undone else f"{edit.line}"
    row = model.catalogue.row(edit.article) if edit.article else -1
    return words(
        "what_" + edit.action, topic=name(edit.topic), name=edit.name, topics=" + ".join(map(name, edit.topics)),
        parts=", ".join(part.name for part in edit.parts), what=what,
        article=model.catalogue.article(row).shown_title if row >= 0 else edit.article,
    )  # fmt: skip


def log_rows(log: EditLog) -> Iterable[tuple[Edit, bool]]:
    """The edits of topics, the newest first, and whether each stands."""
    standing = {edit.number for edit in log.standing}
    return [(edit, edit.number in standing) for edit in reversed(log.edits)]
