"""What the service changes: articles, topics and pairs; each change is kept before it is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from threading import Lock
from typing import Any

from ..corpus.store import Corpus
from ..errors import InputError, RecommenderError, UnknownName
from ..ranking.model import Model, stored_model
from ..ranking.pairs import PairLog, decide, undo
from ..ranking.topic_rows import topic_rows
from ..readers.columns import Columns
from ..readers.notes import IngestReport
from ..topics.edits import commands
from ..topics.edits.apply import with_edits
from ..topics.edits.log import Edit, EditLog
from ..versions import registry
from .hints import over_http
from .refusal import Refusal, without_folders
from .service import Params, Service

_TRIES = 8  # to add a line to a log that others add to as well
_WAIT = 60.0  # seconds that a request waits for an update
_LOCK = Lock()


# -- articles


def add(service: Service, params: Params) -> dict[str, Any]:
    """Takes records into the corpus and makes them searchable."""
    body = params["records"]
    rows, wait = (body, True) if isinstance(body, list) else _records(body)
    if not rows or not all(isinstance(row, Mapping) for row in rows):
        raise Refusal(422, "There are no records.", 'Send [{"id": "1", "title": "...", "body": "..."}].')
    with service.corpus(create=True) as corpus:
        report = corpus.add(rows, columns=Columns.read(service.columns_file))
        removed = corpus.removed()
    refused = [_problem(service, problem) for problem in report.problems]
    stored = report.articles_added + report.articles_changed + report.unchanged + report.merged + report.replaced
    if refused and not stored:
        if any(isinstance(name := row.get("id"), str) and removed.of(name) for row in rows):
            raise Refusal(409, "The article was removed.", "To let it come back: POST /v1/articles/{id}/restore")
        raise Refusal(422, refused[0]["problem"], refused[0]["hint"] or "Nothing was kept.")
    changed = report.articles_added + report.articles_changed + report.removed
    done = None if changed else known(service)
    return {**_counts(report), "problems": refused, **(done or searchable(service, params["by"], wait))}


def _records(body: Any) -> tuple[list[Any], bool]:
    """The records of an object, which may be one record itself, and whether the answer waits for the update."""
    if not isinstance(body, Mapping):
        raise Refusal(422, "The body is not a list of records.", 'Send [{"id": "1", "title": "...", "body": "..."}].')
    if "records" not in body:
        return [body], True
    if not isinstance(body["records"], list) or not isinstance(body.get("wait", True), bool):
        raise Refusal(422, "records is not a list, or wait is not true or false.", 'Send {"records": [...]}.')
    return body["records"], body.get("wait", True)


def _counts(report: IngestReport) -> dict[str, Any]:
    return {
        "added": report.articles_added, "changed": report.articles_changed, "unchanged": report.unchanged,
        "merged": report.merged, "replaced": report.replaced, "removed": report.removed,
    }  # fmt: skip


def _problem(service: Service, problem: Any) -> dict[str, Any]:
    reason = over_http(without_folders(problem.reason, service.folder))
    return {
        "record": problem.line, "problem": reason, "hint": over_http(problem.hint), "severity": problem.severity,
    }  # fmt: skip


def searchable(service: Service, by: str, wait: bool = True) -> dict[str, Any]:
    """Brings new articles into the model. An update that is still waiting covers them too."""
    if registry.current_name(service.models) is None:
        return {"searchable": False, "model": None, "task": None, "note": "There is no model yet: POST /v1/retrain."}
    waiting = [task for task in service.tasks.at_work("update") if task["state"] == "waiting"]
    name = waiting[0]["id"] if waiting else service.tasks.start("update", by)
    task = service.tasks.wait(name, _WAIT if wait and not service.tasks.at_work("retrain") else 0.0)
    service.changed()
    done = task["state"] == "done" and task["result"]["promoted"]
    note = {} if task["state"] != "failed" else {"note": task["problem"]}
    return {"searchable": done, "model": service.recommenders.current.model.version, "task": name, **note}


def known(service: Service) -> dict[str, Any] | None:
    """The answer where the current model has all that the corpus says, as ``searchable`` gives it; None where it has
    not, or that cannot be told."""
    from ..training.extend import corpus_changes

    try:
        model = stored_model(service.models)
        with service.corpus() as corpus, corpus.snapshot():
            if corpus_changes(model, corpus) is not None:
                return None
    except RecommenderError:
        return None  # the update says what is wrong
    return {"searchable": True, "model": model.version, "task": None}


def update(service: Service, params: Params) -> dict[str, Any]:
    """Makes all that is new in the corpus searchable."""
    return known(service) or searchable(service, params["by"], params["wait"])


def remove(service: Service, params: Params) -> dict[str, Any]:
    """Takes an article out for good."""
    with service.corpus() as corpus:
        _check_article(corpus, params["article"])
        done = corpus.remove([params["article"]], by=params["by"], why=params["reason"])
    service.changed()
    return {"removed": done.articles, "entries": done.entries}


def _check_article(corpus: Corpus, name: str) -> None:
    if corpus.resolve(name) is None:
        nearest = ", ".join(corpus.near_ids(name))
        raise UnknownName(
            f"The corpus holds no article '{name}'.", f"Nearest ids: {nearest}." if nearest else "See: GET /v1/articles"
        )


def restore(service: Service, params: Params) -> dict[str, Any]:
    """Lets a removed article come back when it is sent again."""
    with service.corpus() as corpus:
        count = corpus.restore([params["article"]], by=params["by"], why=params["reason"])
    return {"restored": count, "note": "It may come back, and is not there yet: send it again (POST /v1/articles)."}


# -- topics


def rename(service: Service, params: Params) -> dict[str, Any]:
    return _edited(service, params, lambda model, log: commands.rename(model, params["topic"], params["name"]))


def merge(service: Service, params: Params) -> dict[str, Any]:
    return _edited(service, params, lambda model, log: commands.merge(model, params["topics"]))


def split(service: Service, params: Params) -> dict[str, Any]:
    into, articles = params["into"], params["article"]
    if into is not None and articles:
        raise Refusal(422, "Both into and article are given.", "Give one of them.")
    return _edited(service, params, lambda model, log: commands.split(model, log, params["topic"], into, articles))


def move(service: Service, params: Params) -> dict[str, Any]:
    return _edited(service, params, lambda model, log: commands.put(model, "move", params["article"], params["topic"]))


def pin_topic(service: Service, params: Params) -> dict[str, Any]:
    return _edited(service, params, lambda model, log: commands.put(model, "pin", params["article"], params["topic"]))


def undo_edit(service: Service, params: Params) -> dict[str, Any]:
    """Takes back the last edit of topics that stands."""

    def make(log: EditLog) -> tuple[dict[str, Any], bool]:
        edit, last = commands.undo(log)
        log.add(edit, by=params["by"], reason=params["reason"])
        return {"undone": last.told(), "edit": _edit(last)}, True

    return _with_retries(service, lambda: make(EditLog.read(service.edits_file)))


def edits(service: Service, params: Params) -> list[dict[str, Any]]:
    """Every edit of topics, the oldest first, and whether it stands."""
    log = EditLog.read(service.edits_file)
    standing = {edit.number for edit in log.standing}
    return [{**_edit(edit), "standing": edit.number in standing} for edit in log.edits]


def _edited(service: Service, params: Params, make: Callable[[Model, EditLog], Edit]) -> dict[str, Any]:
    """Logs the edit that ``make`` returns for the current topics; with ``dry_run`` only shows its effect."""

    def attempt() -> tuple[dict[str, Any], bool]:
        log = EditLog.read(service.edits_file)
        service.changed(note_change=False)
        model = service.recommenders.current.model
        edit = replace(make(model, log), by=params["by"], reason=params["reason"])
        after, problems = with_edits(model, [edit])
        if problems:
            raise Refusal(409, problems[0], "Look at the topics again.")
        stored = not params["dry_run"]
        if stored:
            edit = log.add(edit).edits[-1]
        return {"told": edit.told(), "kept": stored, "edit": _edit(edit), **_difference(model, after)}, stored

    return _with_retries(service, attempt)


def _difference(before: Model, after: Model) -> dict[str, Any]:
    """The rows of topics that an edit changes, before and after."""
    rows_before = {row["id"]: row for row in topic_rows(before)}
    rows_after = {row["id"]: row for row in topic_rows(after)}
    changed = [name for name in {**rows_before, **rows_after} if rows_before.get(name) != rows_after.get(name)]
    return {
        "before": [rows_before[name] for name in changed if name in rows_before],
        "after": [rows_after[name] for name in changed if name in rows_after],
    }


def _edit(edit: Edit) -> dict[str, Any]:
    return {"line": edit.number or None, **edit.as_json(), "by": edit.by}


# -- pairs


def pin(service: Service, params: Params) -> dict[str, Any]:
    return _decided(service, params, "pin")


def block(service: Service, params: Params) -> dict[str, Any]:
    return _decided(service, params, "block")


def _decided(service: Service, params: Params, action: str) -> dict[str, Any]:
    def attempt() -> tuple[dict[str, Any], bool]:
        id_of, pair = service.recommenders.current.id_of, (params["article"], params["other"])
        return decide(
            service.pairs_file, id_of, action, *pair, by=params["by"], reason=params["reason"]
        ).as_json(), True

    return _with_retries(service, attempt)


def undo_pair(service: Service, params: Params) -> dict[str, Any]:
    """Takes back the last decision on a pair that stands."""

    def attempt() -> tuple[dict[str, Any], bool]:
        _, last = undo(service.pairs_file, by=params["by"], reason=params["reason"])
        return {"undone": last.told(), "decision": last.as_json()}, True

    return _with_retries(service, attempt)


def pairs(service: Service, params: Params) -> list[dict[str, Any]]:
    """The decisions on pairs that stand, the oldest first."""
    return [decision.as_json() for decision in PairLog.read(service.pairs_file).standing]


def _with_retries(service: Service, change: Callable[[], tuple[dict[str, Any], bool]]) -> dict[str, Any]:
    """The result of ``change``, retried where somebody else wrote to the log first. ``change`` says whether it changed
    anything; if so, the service takes it up."""
    for retries_left in reversed(range(_TRIES)):
        try:
            with _LOCK:
                result, changed = change()
            break
        except InputError as error:
            if "changed meanwhile" not in error.problem:
                raise
            if not retries_left:
                raise Refusal(409, "Others change the same just now.", "Ask again.") from error
    if changed:
        service.changed()
    return result
