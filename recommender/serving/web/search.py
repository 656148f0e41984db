"""The first page: ask with words, a draft or a file; filters; the answer, or why there is none."""

from __future__ import annotations

import math
import re
from html import escape
from typing import Any

from ...errors import InputError, QueryError, RecommenderError
from ...ranking.answer import Answer
from ...ranking.asking import similar_to_reading
from ...ranking.model import Model
from ...ranking.options import SearchOptions
from ...reporting.markup import in_words, labelled, paragraph
from ..refusal import Refusal
from .draft import how_read, read_draft, read_short
from .forms import Form
from .frame import Page, Visit, article_address, asked_address, notice, option
from .hits import hits
from .landing import chips, examples, landing
from .site import Site
from .words import PageWords, for_people

_ONE_LINE = 300  # characters of a question that stands in the address
_TEXTS = ("since", "until", "outlet", "section", "topic")
_FLAGS = ("past_only", "no_date", "stories", "no_collapse")
_COUNTS = (5, 10, 20, 50)
_OPTION = re.compile(r"(?<![A-Za-z])(?:since|until)(?![A-Za-z])")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_VARIETY = (("", "f_diversity_0"), ("0.3", "f_diversity_3"), ("0.7", "f_diversity_7"))


def ask(site: Site, visit: Visit) -> Page:
    """The page, with an answer if there is a question."""
    text = visit.query.text("q")
    if not text:
        return Page("", _form(site, visit, visit.query) + landing(site, visit.words), "ask")
    try:
        options = options_of(visit.query)
        answer = site.recommender.similar(text, published=visit.query.text("date") or None, options=options)
    except QueryError as error:
        problem, status = _wrong_value(site, visit, error)
        body = notice(problem, "wrong") + _form(site, visit, visit.query)
        return Page(visit.words("error_422"), body, "ask", status)
    body = _form(site, visit, visit.query) + answered(site, visit, answer)
    return Page(visit.words("results_for", text=text[:60]), body, "ask")


def ask_draft(site: Site, visit: Visit) -> Page:
    """The answer to a pasted draft or to a file, or the form with the reason why there is none."""
    form, words = visit.form, visit.words
    try:
        draft = read_draft(site, form)
    except InputError as error:
        return _unread(site, visit, _told(site, visit, error))
    if draft is None:
        return _unread(site, visit, words("ask_nothing"))
    if draft.reading.refusal:
        return _unread(site, visit, words.sentence(draft.reading.refusal))
    again = _with_text(form, draft.text)
    try:
        answer = similar_to_reading(site.recommender, draft.reading, options_of(form), form.text("date") or None)
    except QueryError as error:
        return _unread(site, visit, *_wrong_value(site, visit, error), again)
    question = str(answer.query.get("text") or answer.query.get("title") or "")
    short = read_short(draft, form, words)
    read = how_read(draft.reading, draft.lines, words)
    body = _form(site, visit, again) + short + answered(site, visit, answer) + read
    return Page(words("results_for", text=question[:60]), body, "ask")


def _unread(site: Site, visit: Visit, problem: str, status: int = 422, form: Form | None = None) -> Page:
    return Page(visit.words("ask_title"), _form(site, visit, form or visit.form, problem), "ask", status)


def _told(site: Site, visit: Visit, error: RecommenderError) -> str:
    """The error in the language of the page, with the labels of its filters for the names of options."""
    refusal, words = Refusal.of(error, site.service.folder), visit.words
    sentence = words.sentence(f"{refusal.problem} {for_people(refusal.hint)}".strip())
    return _OPTION.sub(lambda match: f"‘{words('f_' + match[0])}’", sentence)


def _wrong_value(site: Site, visit: Visit, error: QueryError) -> tuple[str, int]:
    """What to say above the form, which keeps what was asked, and the status."""
    return f"{visit.words('mend_422')} {_told(site, visit, error)}", Refusal.of(error, site.service.folder).status


def _with_text(form: Form, text: str) -> Form:
    """The form with the text of its file, so that filters can be applied to the draft."""
    return Form({**form.fields, "text": [text]}) if form.files else form


def options_of(form: Form) -> SearchOptions:
    """The options that a form holds. Raises QueryError."""
    texts: dict[str, Any] = {name: form.text(name) or None for name in _TEXTS}
    flags: dict[str, Any] = {name: bool(form.text(name)) for name in _FLAGS if name != "no_collapse"}
    k, diversity = _number(form, "k", 10), _number(form, "diversity", 0.0)
    return SearchOptions(
        k=max(1, min(int(k), 200)), diversity=diversity, collapse=not form.text("no_collapse"), **texts, **flags
    )


def _number(form: Form, name: str, default: float) -> float:
    text = form.text(name)
    try:
        number = float(text) if text else default
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise QueryError(f"{name} is '{text[:40]}'.", "Give a number.")
    return number


def filtered(form: Form) -> bool:
    """Whether any filter or a date is set; ``k`` is none."""
    return _sifted(form) or bool(form.text("date"))


def _sifted(form: Form) -> bool:
    return any(form.text(name) for name in (*_TEXTS, *_FLAGS, "diversity"))


# -- the forms


def _form(site: Site, visit: Visit, form: Form, problem: str = "") -> str:
    words = visit.words
    draft = bool(form.fields.get("text") or problem)
    question = visit.query.text("q")
    hint = "".join(escape(words("ask_hint", example=example)) for example in examples(site)[:1])
    head = "" if question or draft else f'<p class="lead">{escape(words("ask_lead"))}</p>'
    focus = "" if question or draft else " autofocus"
    search = (
        f'<form method="get" action="/" role="search" class="ask"><label for="q" class="unseen">'
        f'{escape(words("ask_label"))}</label><input type="search" id="q" name="q" value="{escape(question)}" '
        f'placeholder="{hint}" maxlength="{_ONE_LINE}" enterkeyhint="search"{focus} required>'
        f'<button class="strong">{escape(words("ask_button"))}</button>'
        f"{_filters(site, visit, form, 'a') if question else ''}</form>"
    )
    opened = " open" if problem or (draft and _sifted(form)) else ""
    summary = words("ask_draft" if not draft or problem else "ask_draft_again")
    area = f'<textarea name="text" rows="8">\n{escape(form.fields.get("text", [""])[0])}</textarea>'
    file = '<input type="file" name="file">'
    more = (
        f'<details class="draft"{opened}><summary>{escape(summary)}</summary>'
        f"{paragraph(problem, 'notice wrong')}"
        f'<form method="post" action="/ask" enctype="multipart/form-data" id="drop">'
        f"{labelled(words('ask_draft_label'), area)}{labelled(words('ask_file_label'), file)}"
        f"{_day('date', words, form, 'short')}"
        f"{_filters(site, visit, form, 'b') if draft else ''}"
        f'<button class="strong">{escape(words("ask_draft_button"))}</button></form></details>'
    )
    return f'<section class="asking"><h1>{escape(words("ask_title"))}</h1>{head}{search}{more}</section>'


def _filters(site: Site, visit: Visit, form: Form, suffix: str) -> str:
    words, model = visit.words, site.recommender.model
    outlets = [option("", words("f_any"))]
    outlets += [option(name, name, form.text("outlet") == name) for name in sorted(model.catalogue.outlets)]
    topics = [option("", words("f_any"))]
    topics += [option(key, name, form.text("topic") == key) for key, name in topic_choices(model, words)]
    counts = [option(str(count), f"{count}", form.text("k") == str(count) or (not form.text("k") and count == 10))
              for count in _COUNTS]  # fmt: skip
    variety = [option(value, words(key), form.text("diversity") == value) for value, key in _VARIETY]
    sections = "".join(option(name, name) for name in site.cached("sections", _sections))
    fields = [
        _day("since", words, form), _day("until", words, form),
        labelled(words("f_outlet"), f'<select name="outlet">{"".join(outlets)}</select>'),
        labelled(words("f_topic"), f'<select name="topic">{"".join(topics)}</select>'),
        labelled(
            words("f_section"),
            f'<input name="section" list="sections-{suffix}" value="{escape(form.text("section"))}">'
            f'<datalist id="sections-{suffix}">{sections}</datalist>',
        ) if sections else "",
        labelled(words("f_diversity"), f'<select name="diversity">{"".join(variety)}</select>'),
        labelled(words("f_k"), f'<select name="k">{"".join(counts)}</select>'),
    ]  # fmt: skip
    flags = "".join(
        f'<label class="check"><input type="checkbox" name="{name}" value="1"{" checked" if form.text(name) else ""}>'
        f"{escape(words('f_' + name))}</label>"
        for name in _FLAGS
        if name != "past_only" or form.text("date") or form.text("past_only")
    )
    opened = " open" if _sifted(form) else ""
    clear = ""
    if filtered(form) and visit.query.text("q"):
        address = escape(asked_address(q=visit.query.text("q")))
        clear = f'<a class="quiet" href="{address}">{escape(words("filters_clear"))}</a>'
    return (
        f'<details class="sift"{opened}><summary>{escape(words("filters_title"))}</summary>'
        f'<div class="filters">{"".join(fields)}</div><div class="checks">{flags}</div>'
        f'<div class="row"><button class="quiet">{escape(words("filters_apply"))}</button>{clear}</div></details>'
    )


def _day(name: str, words: PageWords, form: Form, size: str = "") -> str:
    """A date input; a relative or partial date (7d, 2024-08) stays a text as it was typed."""
    value = form.text(name)
    kind = "date" if not value or _DAY.fullmatch(value) else "text"
    return labelled(words("f_" + name), f'<input type="{kind}" name="{name}" value="{escape(value)}">', size)


def topic_choices(model: Model, words: PageWords) -> list[tuple[str, str]]:
    """Ids and names of curated topics and topics, finer ones indented."""
    curated = [(topic.id, words.topic(topic)) for topic in model.topics.curated]
    return curated + [(topic.id, ("– " if topic.parent else "") + topic.name) for topic in model.topics.tree()]


def _sections(model: Model) -> list[str]:
    rows = range(min(len(model), 5_000))
    return sorted({section for row in rows if (section := model.catalogue.article(row).section)})[:200]


# -- the answer


def answered(site: Site, visit: Visit, answer: Answer) -> str:
    """The hits, or why there are none."""
    words = visit.words
    notes = _notes(answer, words)
    text = str(answer.query.get("text") or answer.query.get("title") or "")
    heading = paragraph(words("results_for", text=text[:_ONE_LINE]), "on-paper")  # the form is not printed
    if not answer.hits:
        return f'<section class="hits-of">{heading}{notes}{_no_answer(visit, answer)}{chips(site)}</section>'
    count = words("one_result") if len(answer.hits) == 1 else words("results", count=len(answer.hits))
    shown = hits(site.recommender.model, answer, words)
    more = _more(visit, len(answer.hits))
    return f'<section class="hits-of">{heading}<h2>{escape(count)}</h2>{notes}{shown}{more}</section>'


def _more(visit: Visit, shown: int) -> str:
    """A link to a longer list, where the one shown is full and the question is in the address."""
    k = options_of(visit.query).k
    longer = next((count for count in _COUNTS if count > k), 0)
    if shown < k or not longer or not visit.query.text("q"):
        return ""
    fields = {name: values[-1] for name, values in visit.query.fields.items() if values and values[-1]}
    address = escape(asked_address(**{**fields, "k": str(longer)}))
    return (
        f'<p class="row"><a class="quiet" href="{address}">{escape(visit.words("more_results", count=longer))}</a></p>'
    )


def _notes(answer: Answer, words: PageWords) -> str:
    query = answer.query
    notes = paragraph(words("corrected", text=query["corrected"]), "note") if query.get("corrected") else ""
    if excluded := query.get("left_out"):
        title = f'<a href="{escape(article_address(excluded["id"]))}">{escape(excluded["title"])}</a>'
        notes += f'<p class="note">{escape(words("left_out"))} {title}</p>'
    return notes


_REASONS = (
    ("the corpus is empty", "no_answer_corpus"), ("the question holds no word", "no_answer_empty"),
    ("no article passes", "no_answer_filters"), ("no article holds", "no_answer_word"),
)  # fmt: skip


def _no_answer(visit: Visit, answer: Answer) -> str:
    words, reason = visit.words, answer.reason or ""
    key = next((key for start, key in _REASONS if reason.startswith(start)), "no_answer_other")
    message = escape(words(key))
    _, mark, nearest = reason.partition("(the nearest: ")
    if mark:
        title = nearest.removesuffix(")")
        link = f'<a href="{escape(asked_address(q=title))}">{escape(in_words(title, words))}</a>'
        message = words("no_answer_nearest", title=link) + " " + message
    again = ""
    if filtered(visit.query) and visit.query.text("q"):
        address = escape(asked_address(q=visit.query.text("q")))
        again = f'<p><a class="quiet" href="{address}">{escape(words("without_filters"))}</a></p>'
    return f'<h2>{escape(words("no_answer"))}</h2><p class="note">{message}</p>{again}'
