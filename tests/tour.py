# ruff: noqa: E501
"""A walk through every command on a small home, and through what users get wrong: for tests of what is said."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

from conftest import Result, run_cli
from worlds import RECORDS, write_records

Told = tuple[tuple[str, ...], Result]
_PAGE = "영일만산단 양극재 공장 준공\n\n동해신문 2024.08.05\n\n동해소재가 영일만 산업단지에 양극재 공장을 지었다.\n"
_LATER = [
    {"id": "plant-1", "title": "동해소재, 영일만산단에 양극재 공장 착공(수정)", "published": "2024-03-05",
     "body": "동해소재가 영일만 산업단지에 양극재 공장을 짓는다. 연간 4만톤 규모다."},
    {"id": "court-1", "title": "대구지법, 학교 급식 입찰 담합 업체에 벌금형", "published": "2025-03-01", "outlet": "한빛일보"},
]  # fmt: skip


def told(home: Path) -> Iterator[Told]:
    """What each command of the walk printed, in order; ``home`` is made by it."""
    steps = _Steps(home)
    for part in (_before, _read, _trained, _asked, _edited, _versions, _judged, _removed, _refused, _damaged):
        yield from part(steps)


class _Steps:
    """Runs commands in ``home``, with files beside it."""

    def __init__(self, home: Path) -> None:
        self.home, self.beside = home, home.parent

    def __call__(self, line: str, *more: str | Path, stdin: str = "") -> Told:
        """``line`` is split at blanks; what holds blanks is given as ``more``."""
        args = (*line.split(), *map(str, more))
        return args, run_cli(self.home, *args, stdin=stdin, cwd=self.beside)

    def file(self, name: str, text: str) -> Path:
        path = self.beside / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path


def _before(step: _Steps) -> Iterator[Told]:
    """Nothing is there yet."""
    for line in (
        "articles", "train", "update", "similar 양극재", "topics", "evaluate", "models list", "models check",
        "models rollback", "models promote v0001", "models diff v0001 v0002", "models prune", "check", "retrain",
        "remove a", "related list", "related undo", "topics undo", "export", "report -o r.html", "ingest",
        "publish --milvus ftp://a", "inspect nothing.txt",
    ):  # fmt: skip
        yield step(line)


def _read(step: _Steps) -> Iterator[Told]:
    records = write_records(step.beside / "records.jsonl", RECORDS)
    yield step("ingest", records, "--dry-run")
    yield step("ingest", records)
    yield step("ingest", records)
    page = step.file("pages/page.txt", _PAGE)
    html = step.file("pages/plain.html", "<html><body><p>짧은 글</p></body></html>")
    step.file("pages/empty.txt", "")
    step.file("pages/note.xyz", "그림")
    yield step("ingest", page.parent, "--dry-run")
    for path in (page, html):
        yield step("inspect", path)
    yield step("inspect", records)
    yield step("inspect", records, "--line", "99")
    yield step("inspect", page, "--html", step.beside / "page_view.html")
    tables = {
        "numbered.csv": "번호,머리기사,기사내용\n1,포항 양극재 공장,양극재 공장을 짓는다.\n2,과메기 축제,관광객이 몰렸다.\n",
        "unknown.csv": "가,나\n1,포항 양극재 공장\n",
        "headless.csv": "1,포항 양극재 공장 준공식 열려,2024-08-05,https://example.org/1\n",
        "odd.csv": "title,body,쪽\n제목만,,3\n,,\n하나,둘,셋,넷\n",
        "dates.csv": "title,date\n양극재 공장,05/06/2024\n과메기 축제,07/08/2024\n",
        "above.csv": "한빛일보 기사 목록,,\n제목,본문,날짜\n양극재 공장,짓는다,2024-08-05\n제목,본문,날짜\n",
        "numbers.csv": "제목,기자\n양극재 공장,1234\n",
        "broken.jsonl": '{"title": "하나"}\n{"title": \n["둘"]\n{"x": 1}\n{}\n{"id": "' + "i" * 400 + '", "title": "셋"}\n',
        "lost.jsonl": json.dumps({"id": "lost", "title": "양극\ufffd 공장", "쪽": "3", "머릿글": "양극재 공장 짓는다 포항"}) + "\n",
        "nothing.json": "[1, 2]", "wrong.xml": "<a><b/></a>", "binary.txt": "a\0b", "note.html": "",
        "feed.xml": "<rss><channel></channel></rss>", "mail.eml": "보낸 사람 없음", "draft.md": "---\ndraft: true\n---\n글\n",
    }  # fmt: skip
    for name, text in tables.items():
        path = step.file(f"tables/{name}", text)
        yield step("ingest --dry-run", path)
    yield step("ingest --dry-run", step.beside / "tables")
    yield step("ingest --dry-run", step.beside / "missing.csv")
    yield step("ingest --dry-run --encoding utf-99", page)
    yield step("ingest --dry-run --encoding cp949", page)
    yield step("ingest --map titel=제목", page)
    yield step("ingest --map title", page)
    yield step("ingest --watch --dry-run", page)
    yield step("articles")
    yield step("articles plant-9")


def _trained(step: _Steps) -> Iterator[Told]:
    yield step("train")
    recipe = step.file("recipe.toml", "seed = 9\ntopics_most = 3\nkeep_versions = 3\n")
    yield step("train --no-promote --recipe", recipe)
    yield step("train --quiet --recipe", step.beside / "no.toml")
    for name, text in {
        "bad": "seed = \n", "key": "sed = 7\n", "kind": "seed = 'a'\n", "range": "topics_most = -3\n",
        "embedder": "embedder = 'abc'\n", "clusterer": "clusterer = 'abc'\n", "words": "user_words = ['a b']\n",
    }.items():  # fmt: skip
        yield step("train --quiet --recipe", step.file(f"{name}.toml", text))
    yield step("update")
    yield step("ingest", write_records(step.beside / "later.jsonl", _LATER))
    yield step("update")
    yield step("update --quiet")
    yield step("retrain")
    yield step("retrain --progress")
    yield step("retrain --fresh-topics")


def _asked(step: _Steps) -> Iterator[Told]:
    for text in ("양극재 공장", "양극제 공장", "프로야구 개막전 선발투수", "!!", "ㅁㅁ쀍", ""):
        yield step("similar", text)
    yield step("similar --explain -k 2 --no-collapse", "SK온·동해소재, 양극재 장기 공급계약 체결")
    yield step("similar --stories", "SK온·동해소재, 양극재 장기 공급계약 체결")
    yield step("similar 양극재 --outlet 한빛일보 --since 2030")
    yield step("similar 양극재 --min-score 0.99")
    yield step("similar --id plant-1")
    yield step("similar --id plant-1 --id zone-1 --past-only")
    yield step("similar - --format table", stdin='양극재\n{"id": 3, "title": "과메기"}\n')
    for line in (
        "similar", "similar 양극재 --id plant-1", "similar --id plant-1 --date 2024", "similar --id plant-99",
        "similar 양극재 -k 0", "similar 양극재 --since 어느날", "similar 양극재 --outlet 없는신문",
        "similar 양극재 --topic 없는토픽", "similar 양극재 --exclude-id no", "similar 양극재 --past-only",
        "similar 양극재 --past-only --no-date", "similar 양극재 --min-score 3", "similar 양극재 --model v0099",
        "similar 양극재 --format xml", "similar 양극재 --odd", "similar 양극재 포항", "similar --file nothing.txt",
        "similar 양극재 --index milvus:x", "similar 양극재 --diversity abc", "simlar 양극재", "similar --id",
        "export --since 어느날", "export -o lists.doc", "export --ids nothing.txt", "export --changed-since v0099",
    ):  # fmt: skip
        yield step(line)
    yield step("similar -", stdin='{"id": 3}\n{"body": 3}\n')
    yield step("similar 양극재 -o", step.beside / "similar.txt")
    yield step("export -o", step.beside / "related.jsonl")
    yield step("export --changed-since v0001 -o", step.beside / "changed.jsonl")
    yield step("export -o", f"{step.beside / 'lists'}/")
    yield step("topics predict", "양극재 공장 준공")
    yield step("topics predict", "법원 판결")
    yield step("topics predict -", stdin="법원 판결\n양극재 공장\n")
    yield step("topics predict")
    for ending in ("html", "md", "doc"):
        yield step("report -o", step.beside / f"report.{ending}")


def _edited(step: _Steps) -> Iterator[Told]:
    yield step("topics")
    _, rows = step("topics --format json")
    topics = [row["id"] for row in json.loads(rows.stdout) if row["kind"] == "topic"]
    one = topics[0]
    for line in ("topics --assignments", f"topics {one}", "topics --level broad", "topics --level broad x"):
        yield step(line)
    yield step(f"topics rename {one}", "양극재 공장")
    yield step(f"topics rename {one}", "!!")
    yield step(f"topics split {one} --into 2")
    yield step("topics undo")
    yield step("topics undo")
    yield step(f"topics split {one} --into 999")
    yield step(f"topics split {one} --article fish-9")
    yield step(f"topics split {one} --into 2 --article fish-9")
    if len(topics) > 1:
        yield step(f"topics merge {one} {topics[1]}")
        yield step("topics undo")
    yield step(f"topics merge {one}")
    yield step(f"topics merge {one} {one}")
    yield step(f"topics move court-1 {one}")
    yield step(f"topics pin court-1 {one}")
    yield step(f"topics move court-9 {one}")
    yield step("topics move court-1 없는토픽")
    yield step("topics 없는토픽")
    yield step("related pin plant-1 fish-1 --reason", "같은 회사")
    yield step("similar --id plant-1 -k 2")
    yield step("related block plant-1 zone-1")
    yield step("related list")
    yield step("related undo")
    yield step("related pin plant-1 plant-1")
    yield step("related pin plant-1 plant-99")


def _versions(step: _Steps) -> Iterator[Told]:
    for line in (
        "models list", "models promote v0001", "models diff v0001 v0003", "models diff v0001 v0099", "models rollback",
        "models promote v0003", "models check", "models check v0099", "check", "models prune --keep 2", "models prune",
        "models prune --keep 0", "serve --new-token boss Kim", "serve --new-token editor Kim",
        "serve --new-token editor Kim", "serve --revoke-token Kim", "serve --revoke-token Kim", "serve --host 0.0.0.0",
        "serve --port 99999", "publish", "publish --milvus http://127.0.0.1:9", "train --dask tcp://127.0.0.1:9",
    ):  # fmt: skip
        yield step(line)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield step(f"serve --workers 1 --port {taken.getsockname()[1]}")


def _judged(step: _Steps) -> Iterator[Told]:
    yield step("evaluate")
    yield step("evaluate --past-only --exhaustive")
    yield step("evaluate --against v0099")
    yield step("models list")
    yield step("evaluate --against v0003 --exhaustive")
    good = [
        {"title": "양극재 공장 준공", "related": ["plant-1", "plant-2"]},
        {"title": "과메기", "related": ["fish-1"]},
    ]
    for name, text in {
        "labels": "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in good), "bad": "{}\n",
        "far": '{"title": "a", "related": ["zz"]}\n',
    }.items():  # fmt: skip
        yield step("evaluate --labels", step.file(f"{name}.jsonl", text))


def _removed(step: _Steps) -> Iterator[Told]:
    for line in (
        "remove", "remove no-such", "remove fish-2 --reason 요청", "articles --removed", "ingest records.jsonl",
        "similar 과메기", "models prune --removed", "remove --undo fish-2", "remove --undo fish-2",
    ):  # fmt: skip
        yield step(line)
    yield step("ingest", step.beside / "records.jsonl")
    yield step("remove --from", step.file("ids.txt", '{"no": 1}\n'))
    yield step("remove wire-3")
    yield step("update")
    yield step("retrain")
    yield step("models prune --removed")


def _refused(step: _Steps) -> Iterator[Told]:
    for line in (
        "models",
        "topics move",
        "modles list",
        "models lst",
        "evaluate --questions 0",
        "evaluate --labels no",
    ):
        yield step(line)
    for name, text in {
        "aliases": "[alias]\n", "topics": "[[desk]]\nid = 3\n", "columns": "title = 3\n", "outlets": "[outlet]\n",
        "recipe": "sed = 1\n",
    }.items():  # fmt: skip
        path = step.file(f"{step.home.name}/data/{name}.toml", text)
        for line in ("train --quiet", "ingest records.jsonl"):
            yield step(line)
        path.unlink()
    step.file(f"{step.home.name}/data/recipe.toml", "seed = 8\ntopics_most = 5\n")
    yield step("update")
    yield step("evaluate --stability 1")


def _damaged(step: _Steps) -> Iterator[Told]:
    edits = step.home / "data" / "edits.jsonl"
    kept = edits.read_text(encoding="utf-8")
    for text in ("x\n", "{}\n", '{"action": "rename"}\n', kept.replace('"topic"', '"topc"')):
        edits.write_text(text, encoding="utf-8")
        yield step("topics")
        yield step("check")
    edits.write_text(kept, encoding="utf-8")
    models = step.home / "models"
    current = models / (models / "current").read_text(encoding="utf-8").strip()
    (current / "manifest.json").write_text("{}", encoding="utf-8")
    for line in ("similar 양극재", "check", "models check", "retrain", "train --quiet"):
        yield step(line)
    (step.home / "data" / "corpus.db").write_bytes(b"no")
    for line in ("check", "articles", "retrain"):
        yield step(line)
