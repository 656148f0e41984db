# ruff: noqa: E501
"""What is fuzzed: each target turns bytes into a call that may only answer or raise RecommenderError.

Here is no fuzzer: the tests run the targets too.
"""

from __future__ import annotations

import gzip
import io
import json
import math
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any, ClassVar
from unittest.mock import patch

from numpy.typing import NDArray

from recommender import Corpus, Recommender, open_model
from recommender.arrays.stored import Files
from recommender.config import Recipe
from recommender.embeddings.static import StaticVectors
from recommender.evaluation.queries import questions_from_labels
from recommender.ranking import model as model_room
from recommender.ranking.answer import Answer
from recommender.ranking.model import Model
from recommender.readers.article import Record
from recommender.readers.encoding import decode
from recommender.readers.page import read_text
from recommender.readers.page_html import read_html
from recommender.readers.page_reading import PageReading
from recommender.readers.registry import read_records, reader_of
from recommender.text.aliases import load_aliases
from recommender.text.dates import find_date, parse_published
from recommender.text.instants import day_after, day_number, day_text
from recommender.text.normalize import clean, eojeols, normalise, split_tags, title_key
from recommender.text.terms import features_of
from recommender.topics.curated import Finder, Term, load_curated, title_pieces
from recommender.topics.edits.apply import with_edits
from recommender.topics.edits.log import EditLog
from recommender.versions.artifact import CURRENT, MANIFEST, read_manifest
from recommender.versions.registry import check

from . import seeds

_FAMILIES = (
    "archives", "columnar", "feeds", "mail", "markdown", "newsml", "sheets", "trafilatura_xml", "warc", "web_tables",
)  # fmt: skip
FORMATS = tuple(import_module(f"recommender.readers.formats.{name}") for name in _FAMILIES)
"""Loaded here, where coverage is counted; the program loads each when a file is of it."""
Run = Callable[[bytes], None]
ENCODINGS = (None, None, None, "utf-8", "cp949", "utf-16")
KINDS = (".jsonl", ".json", ".csv", ".tsv", ".jsonl.gz", ".csv.gz")
PACK = 0x40  # bit of the first byte: packed before it is read
_WHOLE = 16
TEXT = "SK온 양극재 규제자유특구 재활용"


@dataclass(frozen=True, slots=True)
class Target:
    """``made(desk, folder)`` gives the call: ``desk`` is the home of a small model, ``folder`` may be written to.

    ``head`` bytes say how the rest is read; ``passes`` is how many times one call reads its text.
    """

    name: str
    made: Callable[[Path, Path], Run]
    seeds: tuple[bytes, ...]
    head: int = 1
    passes: int = 1


def _page(desk: Path, folder: Path) -> Run:
    def run(data: bytes) -> None:
        text, _ = decode(data[1:], ENCODINGS[_first(data) % len(ENCODINGS)])
        _sound(read_text(text))

    return run


def _html(desk: Path, folder: Path) -> Run:
    def run(data: bytes) -> None:
        _sound(read_html(data[1:], ENCODINGS[_first(data) % len(ENCODINGS)]))

    return run


def _sound(reading: PageReading) -> None:
    _storable(reading.as_json("p"))
    record = reading.to_record("p")
    _storable([record.article.title, record.article.body, [(r.headline, r.url) for r in record.related]])


def _records(desk: Path, folder: Path) -> Run:
    def run(data: bytes) -> None:
        how, raw = _first(data), data[1:]
        kind, encoding = KINDS[(how & 7) % len(KINDS)], ENCODINGS[(how >> 3 & 7) % len(ENCODINGS)]
        path = folder / f"records{kind}"
        path.write_bytes(gzip.compress(raw, 1) if how & PACK and kind.endswith(".gz") else raw)
        for read in read_records(path, path.name, encoding):
            if isinstance(read, Record):
                article = read.article
                _storable([read.given_id, article.title, article.body, article.outlet, article.url, article.published])
                assert article.title or article.body

    return run


def _formats(desk: Path, folder: Path) -> Run:
    """A file whose ending says nothing: its bytes tell what it is."""

    def run(data: bytes) -> None:
        endings = (".txt", ".xml", ".eml", ".mbox", ".md", ".warc", ".xls", ".mhtml")
        path = folder / f"any{endings[_first(data) % len(endings)]}"
        path.write_bytes(data[1:])
        _told(path)

    return run


def _sheets(desk: Path, folder: Path) -> Run:
    return _packed({name: text.encode() for name, text in seeds.WORKBOOK.items()}, folder)


def _archives(desk: Path, folder: Path) -> Run:
    book = _zip({name: text.encode() for name, text in seeds.WORKBOOK.items()})
    inner = _tar({"./c.md": seeds.MARKDOWN.encode()})
    texts = {"a.csv": seeds.CSV, "가/b.xml": seeds.FEED, "p.html": seeds.HTML, "p_files/q.html": seeds.HTML}
    return _packed({"book.xlsx": book, "in.tar": inner} | {name: text.encode() for name, text in texts.items()}, folder)


def _packed(sound: dict[str, bytes], folder: Path) -> Run:
    """A member of a sound archive is changed, or bytes of the archive itself."""
    names = sorted(sound)

    def run(data: bytes) -> None:
        how, at, raw = _first(data), data[1:3], data[3:]
        harmed = names[(how >> 3) % len(names)]
        files = dict(sound)
        place = int.from_bytes(at, "little") % (len(files[harmed]) + 1)
        files[harmed] = _harmed(files[harmed], (how >> 1) % 4, place, raw)
        path = folder / ("any.tar" if how & 0x80 else "any.zip")
        path.write_bytes(_tar(files) if how & 0x80 else _zip(files))
        if how & 0x40:
            whole = path.read_bytes()
            path.write_bytes(_harmed(whole, 0, int.from_bytes(at, "little") % (len(whole) + 1), raw[:8]))
        _told(path)

    return run


def _columnar(desk: Path, folder: Path) -> Run:
    """Tables of pyarrow whose cells and names of columns are told by the bytes; the library's own parser is not ours."""
    import pyarrow
    from pyarrow import feather, parquet

    kinds: tuple[Callable[[bytes], Any], ...] = (
        lambda raw: raw.decode("utf-8", "replace"), bytes, len, lambda raw: [raw.decode("utf-8", "replace")],
        lambda raw: {"name": raw.decode("latin-1")}, lambda raw: datetime.fromtimestamp(int.from_bytes(raw[:4], "big")),
        lambda raw: int.from_bytes(raw[:7], "big") / 7, lambda raw: None, lambda raw: Decimal(len(raw)) / 8,
    )  # fmt: skip

    def run(data: bytes) -> None:
        how, parts = _first(data), data[1:].split(b"\x1f")[:12]
        names = [part.decode("utf-8", "replace")[:40] for part in parts[::2]]
        columns = {
            name or "title": [kinds[(how + at) % len(kinds)](cell), None]
            for at, (name, cell) in enumerate(zip(names, parts[1::2], strict=False))
        }
        path = folder / ("any.parquet" if how & 0x80 else "any.feather")
        table = pyarrow.table(columns)
        parquet.write_table(table, path) if how & 0x80 else feather.write_feather(table, path)
        _told(path)

    return run


def _told(path: Path) -> None:
    for read in reader_of(path).read(path, path.name):
        if isinstance(read, Record):
            article = read.article
            _storable([read.given_id, article.title, article.body, article.outlet, article.url, article.published])


def _zip(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in files.items():
            archive.writestr(name, raw)
    return out.getvalue()


def _tar(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, raw in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(raw)
            archive.addfile(info, io.BytesIO(raw))
    return out.getvalue()


def _ingest(desk: Path, folder: Path) -> Run:
    """Two files, parted by a unit separator, through a corpus."""

    def run(data: bytes) -> None:
        paths = []
        for number, raw in enumerate(data[1:].split(b"\x1f")[:2]):
            paths.append(folder / f"{number}{('.jsonl', '.csv', '.txt', '.json')[(_first(data) >> 2 * number) % 4]}")
            paths[-1].write_bytes(raw)
        with Corpus.open(":memory:") as corpus:
            corpus.ingest(paths)
            for article in corpus.articles():
                _storable([article.id, article.title, article.body, article.published])
            corpus.ingest(paths[::-1])

    return run


def _analyzer(desk: Path, folder: Path) -> Run:
    analyzer, vectors = open_model(desk / "models").analyzer, StaticVectors.open()

    def run(data: bytes) -> None:
        text = data.decode("utf-8", "surrogateescape" if data[:1] == b"\xff" else "replace")
        assert clean(clean(text)) == clean(text), "clean changes its own result"
        assert normalise(normalise(text)) == normalise(text), "normalise changes its own result"
        split_tags(text)
        assert title_key(text).encode() is not None
        _storable([eojeols(text), [f.term for f in features_of(analyzer.pieces(text))]])
        [piece] = vectors.encode([text])
        assert abs(float(piece @ piece) - 1) < 1e-3 or not piece.any(), "a row is of unit length, or zero"
        if found := find_date(clean(text), labelled=True):
            assert parse_published(found.iso) == found.iso
        if iso := parse_published(clean(text)):
            assert parse_published(iso) == iso
        day = day_number(text)
        assert math.isnan(day) or (day_after(text) > day and day_text(day))

    return run


def _query(desk: Path, folder: Path) -> Run:
    asked = Recommender.open(desk / "models")

    def run(data: bytes) -> None:
        how, share = _first(data), data[1] if len(data) > 1 else 0
        fields = data[2:].decode("utf-8", "surrogateescape" if share % 7 == 6 else "replace").split("\x1f")
        one, body, published, since, until, outlet, topic = (fields + [""] * 7)[:7]
        wishes: dict[str, Any] = {"since": since or None, "until": until or None, "outlet": outlet or None}
        wishes |= {
            "topic": topic or None,
            "past_only": bool(how & 4),
            "collapse": not how & 8,
            "explain": bool(how & 16),
            "stories": bool(how & 32),
        }
        wishes |= {"diversity": (share - 5) / 240, "min_score": (None, 0.0, 0.3, math.nan)[share % 4]}
        k = (1, 3, 10, 0, 10**30)[share % 5]
        if how & 1:
            answer = asked.similar(id=one, k=k, **wishes)
        else:
            answer = asked.similar(one, k, body=body, published=published or None, **wishes)
        _fair(answer, k, ordered=wishes["diversity"] <= 0)

    return run


def _fair(answer: Answer, k: int, *, ordered: bool) -> None:
    scores = [hit.score for hit in answer]
    assert len(scores) <= k
    assert all(0 <= score <= 1 for score in scores), "a score is from 0 to 1"
    assert not ordered or scores == sorted(scores, reverse=True), "the order is that of the scores"
    assert bool(scores) != answer.abstained
    assert all(sum(reason.weight for reason in hit.why) <= 1 + 1e-4 for hit in answer), "reasons are shares"
    assert not {hit.article.id for hit in answer} & {name for hit in answer for name in hit.folded}
    json.dumps(answer.as_json(), ensure_ascii=False, allow_nan=False)


class _Remembered(Files):
    """The files of a version of which one was changed: the others were read before."""

    changed = ""
    held: ClassVar[dict[str, NDArray[Any]]] = {}

    def array(self, name: str) -> NDArray[Any]:
        if f"{name}.npy" == self.changed:
            return super().array(name)
        if name not in self.held:
            self.held[name] = super().array(name)
        return self.held[name]


def _model(desk: Path, folder: Path) -> Run:
    """One file of a version is changed: bytes written over it, cut, or grown, as the first bytes say.

    Each is opened and asked; one in `_WHOLE` is checked too, and opened with nothing remembered of the other files.
    """
    version = folder / "models" / "v0001"
    version.mkdir(parents=True, exist_ok=True)
    (version.parent / CURRENT).write_text("v0001\n")
    sound = {path.name: path.read_bytes() for path in (desk / "models" / "v0001").iterdir()}
    for name, raw in sound.items():
        _replace(version / name, raw)
    names = [MANIFEST, MANIFEST, *sorted(sound)]
    manifest, turns = read_manifest(version), count()

    def opened(name: str) -> Model:
        if name == MANIFEST:
            return open_model(version.parent)
        _Remembered.changed = name
        with patch.multiple(model_room, Files=_Remembered, read_manifest=lambda folder: dict(manifest)):
            return open_model(version.parent)

    def run(data: bytes) -> None:
        name, how, far = names[_first(data) % len(names)], data[1:2] or b"\0", int.from_bytes(data[2:5], "little")
        kept = sound[name]
        harmed = _harmed(kept, how[0] % 4, far % (len(kept) + 1), data[5:])
        try:
            _replace(version / name, harmed)
            if next(turns) % _WHOLE == 0:
                check(version.parent)
                Recommender(open_model(version.parent)).similar(id="plant-1", min_score=0)
            asked = Recommender(opened(name))
            if how[0] & 4:
                answer = asked.similar(id="plant-1", k=2, min_score=0)
            else:
                answer = asked.similar(TEXT, 2, min_score=0, explain=True)
            if harmed == kept:
                _fair(answer, 2, ordered=True)
        finally:
            _replace(version / name, kept)

    return run


def _harmed(kept: bytes, how: int, at: int, raw: bytes) -> bytes:
    if how == 1:
        return kept[:at]
    if how == 2:
        return kept[:at] + raw + kept[at:]
    if how == 3:
        return raw
    return kept[:at] + raw[: len(kept) - at] + kept[at + len(raw) :]  # of the same size


def _replace(path: Path, raw: bytes) -> None:
    """A new file of that name: a map of the old one keeps what it shows."""
    path.unlink(missing_ok=True)
    path.write_bytes(raw)


def _settings(desk: Path, folder: Path) -> Run:
    model = open_model(desk / "models")

    def aliases(path: Path) -> None:
        load_aliases(path).apply(TEXT)

    def curated(path: Path) -> None:
        rules = load_curated(path)
        terms = [Term.of(term, model.analyzer) for rule in rules for term in (*rule.terms, *rule.excluded)]
        Finder(terms).find(title_pieces(TEXT, model.analyzer))

    def edits(path: Path) -> None:
        log = EditLog.read(path)
        log.new_ids(2)
        for edit in log.edits:
            json.dumps(edit.as_json(), ensure_ascii=False).encode()
        with_edits(model, log.standing)

    def labels(path: Path) -> None:
        questions_from_labels(model, path)

    def recipe(path: Path) -> None:
        Recipe.read(path).as_json()

    readers = (aliases, curated, recipe, edits, labels)

    def run(data: bytes) -> None:
        path = folder / "settings"
        path.write_bytes(data[1:])
        readers[_first(data) % len(readers)](path)

    return run


def _first(data: bytes) -> int:
    return data[0] if data else 0


def _storable(value: object) -> None:
    """It can be written to a file of UTF-8."""
    json.dumps(value, ensure_ascii=False).encode()


def _spread(texts: list[str], marks: range) -> tuple[bytes, ...]:
    return tuple(bytes([mark]) + text.encode() for text in texts for mark in marks)


_TABLES = [seeds.JSONL, seeds.JSON, seeds.CSV, seeds.CSV.replace(",", "\t"), seeds.JSONL, seeds.CSV]
_SETTINGS = [seeds.ALIASES, seeds.DESKS, seeds.RECIPE, seeds.EDITS_LINES, seeds.LABELS]
_QUERIES = ("양극재 공장\x1f\x1f2024-08", f"{TEXT}\x1f연간 3만톤 규모다.\x1f2024-05-02T08:00\x1f2023\x1f2024-12\x1f동해신문", "plant-1", "\x1f\x1f\x1f\x1f\x1f\x1ft001")  # fmt: skip
_FILES = {
    "feeds": ((1, seeds.FEED), (1, seeds.ATOM), (1, seeds.SITEMAP), (0, seeds.FEED)),
    "agencies": ((1, seeds.NEWSML), (1, seeds.NITF), (1, seeds.EXTRACTED), (1, seeds.TEI)),
    "webtables": ((1, seeds.SHEET_XML), (6, seeds.TABLE_PAGE), (0, seeds.TABLE_PAGE)),
    "mail": ((2, seeds.MAIL), (3, seeds.MBOX), (7, seeds.MAIL)),
    "markdown": ((4, seeds.MARKDOWN), (4, seeds.TOML_FRONT)),
    "warc": ((5, seeds.WARC), (5, seeds.WARC.replace("response", "conversion"))),
}
"""Files as they stand: the number of the ending, and a sound one."""
_COLUMNS = ("title\x1f시험동 짓는다\x1fbody\x1f본문", "제목\x1f열\x1f날짜\x1f2024\x1furl\x1fhttps://example.org/1")
_PACKS = tuple(bytes([how, 9, 0]) + raw for how in (0, 1, 6, 15, 0x41, 0x83, 0xC1) for raw in (b"<c r='XFD9'>", b"&a;"))
TARGETS = {
    target.name: target
    for target in (
        Target("page", _page, (*_spread([seeds.PAGE], range(2)), b"\4" + seeds.PAGE.encode("cp949"),
                               b"\5" + seeds.PAGE.encode("utf-16"), *_spread(seeds.PAGE.split("\n"), range(1)))),
        Target("html", _html, (*_spread([seeds.HTML], range(1)), b"\0" + seeds.HTML.replace("utf-8", "euc-kr").encode("cp949"),
                               b"\0<ul><li>\xea\xb0\x80</ul>"), 1, 3),
        Target("records", _records, tuple(bytes([mark | bits]) + text.encode() for mark, text in enumerate(_TABLES)
                                          for bits in (0, PACK) if not bits or mark > 3)),
        *(Target(name, _formats, tuple(bytes([mark]) + text.encode() for mark, text in those), 1, 3)
          for name, those in _FILES.items()),
        Target("sheets", _sheets, _PACKS, 3, 6),
        Target("archives", _archives, _PACKS, 3, 6),
        Target("columnar", _columnar, tuple(bytes([how]) + text.encode() for text in _COLUMNS for how in range(0, 256, 57)), 1, 6),
        Target("ingest", _ingest, (*(b"\0" + raw for raw in (seeds.JSONL.encode(), seeds.JSONL.encode() + b"\x1f" + seeds.JSONL.encode())),
                                   b"\x09" + seeds.CSV.encode() + b"\x1f" + seeds.PAGE.encode(), b"\3" + seeds.JSON.encode()), 1, 4),
        Target("analyzer", _analyzer, tuple(text.encode() for text in [*seeds.HEADLINES, *seeds.PAGE.split("\n")]), 0, 5),
        Target("query", _query, tuple(bytes([how, share]) + text.encode() for text in _QUERIES for how, share in ((0, 5), (17, 4), (28, 90))), 2),
        Target("model", _model, tuple(bytes([name, how, far, far, 0]) + raw for name in range(0, 70, 3)
                                      for how, far, raw in ((0, 7, b"\xff"), (0, 0, b"PK\3\4"), (1, 1, b""), (3, 0, b"[]"), (4, 90, b"[" * 80))), 5),
        Target("settings", _settings, tuple(bytes([mark]) + text.encode() for mark, text in enumerate(_SETTINGS))),
    )
}  # fmt: skip


def train_desk(home: Path) -> Path:
    """A home with a small model in it; takes a few seconds."""
    from recommender import train

    with Corpus.open(":memory:") as corpus:
        home.mkdir(parents=True, exist_ok=True)
        file = home / "records.jsonl"
        file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in seeds.ROWS), encoding="utf-8")
        (home / "topics.toml").write_text(seeds.DESKS, encoding="utf-8")
        corpus.ingest([file])
        model = train(corpus, Recipe(workers=1), curated=load_curated(home / "topics.toml"))
    model.save(home / "models", created="2026-01-01T00:00:00+00:00")
    return home
