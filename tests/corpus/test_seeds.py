"""The two real pages, field by field, by facts only: their text is not ours to repeat."""

from __future__ import annotations

import hashlib

import pytest

from recommender.corpus.store import Corpus
from recommender.readers.page_reading import PageReading
from recommender.readers.registry import read_page

from .conftest import shared

pytestmark = pytest.mark.shared


def digest(text: str) -> str:
    """What stands for words of the pages and names of people."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@pytest.fixture(scope="module")
def workshop() -> PageReading:
    return read_page(next(shared("seeds").glob("000_*.txt")))


@pytest.fixture(scope="module")
def selected() -> PageReading:
    return read_page(next(shared("seeds").glob("003_*.txt")))


def test_untitled_page_has_a_marked_stand_in_and_no_title(workshop: PageReading) -> None:
    assert workshop.title is None
    assert workshop.published is None
    assert workshop.stand_in is not None
    assert workshop.stand_in.lines == (1, 1)
    assert digest(str(workshop.stand_in.value)[:12]) == "20c78b7072e5"
    assert 40 <= len(workshop.stand_in.value) <= 61
    record = workshop.to_record("x.txt")
    assert record.article.title is None
    assert record.article.stand_in == workshop.stand_in.value


@pytest.mark.parametrize(
    ("name", "value", "lines"),
    [
        ("outlet", "aea65270bd9d", (1, 1)),
        ("author", "2bd4451bd7c0", (1, 1)),
        ("captions", None, None),
        ("translation", None, None),
    ],
)
def test_untitled_page_byline(workshop: PageReading, name: str, value: object, lines: object) -> None:
    field = getattr(workshop, name)
    assert (field and digest(field.value)) == value
    assert (field and field.lines) == lines


def test_untitled_page_body_is_its_ten_paragraphs(workshop: PageReading) -> None:
    assert workshop.body is not None
    assert workshop.body.lines == (1, 10)
    paragraphs = str(workshop.body.value).split("\n")
    assert len(paragraphs) == 10
    assert digest(paragraphs[0][:10]) == "3dfe9c815d14"
    assert workshop.author is not None
    assert workshop.author.value not in paragraphs[0]
    assert all(p.endswith("다.") for p in paragraphs)
    assert paragraphs[5].count("△") == 2


def test_untitled_page_related_list(workshop: PageReading) -> None:
    assert workshop.related is not None
    assert workshop.body is not None
    assert workshop.related.lines == (11, 35)
    assert len(workshop.related.value) == 25
    assert not any(str(h).startswith("-") for h in workshop.related.value)
    assert digest(workshop.related.value[0][:10]) == "eded23f87505"
    assert digest(workshop.related.value[-1][-4:]) == "c78afdfe1992"
    assert not any(headline in str(workshop.body.value) for headline in workshop.related.value)
    assert workshop.tags is not None
    assert len(workshop.tags.value) == 4
    assert digest(" ".join(workshop.tags.value)) == "00c8e40dec13"
    assert workshop.tags.lines == (11, 34)
    assert workshop.own_tags == ()


def test_untitled_page_leaves_nothing_out(workshop: PageReading) -> None:
    assert workshop.left_out == ()


@pytest.mark.parametrize(
    ("name", "value", "lines"),
    [
        ("outlet", "b61a2f6f8ded", (6, 6)),
        ("author", "9a316d82d80d", (4, 6)),
        ("published", "21ba0d49c7a2", (4, 4)),
        ("tags", None, None),
        ("related", None, None),
        ("stand_in", None, None),
    ],
)
def test_translated_page_facts(selected: PageReading, name: str, value: object, lines: tuple[int, int] | None) -> None:
    field = getattr(selected, name)
    assert (field and digest(field.value)) == value
    if lines:
        assert lines[0] <= field.lines[0] <= field.lines[1] <= lines[1]


def test_translated_page_title_and_body(selected: PageReading) -> None:
    assert selected.title is not None
    assert selected.body is not None
    assert selected.title.lines == (2, 2)
    assert digest(str(selected.title.value)[:10]) == "24469140c6b4"
    paragraphs = str(selected.body.value).split("\n")
    assert selected.body.lines == (6, 32)
    assert len(paragraphs) == 9
    assert digest(paragraphs[0][:7]) == "47de6ef7172c"
    assert paragraphs[2 + 1].count("▲") == 4
    assert selected.author is not None
    assert selected.author.value not in str(selected.body.value)
    assert "구글" not in str(selected.body.value)


def test_translated_page_caption_is_no_bullet(selected: PageReading) -> None:
    assert selected.captions is not None
    assert selected.captions.lines == (9, 9)
    (caption,) = selected.captions.value
    assert digest(caption[-5:]) == "a62808d9aa2d"
    assert selected.body is not None
    assert "©" not in str(selected.body.value)


def test_translated_page_translation(selected: PageReading) -> None:
    assert selected.translation is not None
    assert selected.translation.lines == (38, 65)
    paragraphs = str(selected.translation.value).split("\n")
    assert len(paragraphs) == 10
    assert digest(paragraphs[0][:11]) == "8eb1e60e09e4"
    assert [(out.lines, out.rule) for out in selected.left_out] == [((35, 35), "notice of a machine translation")]


def test_both_pages_in_a_corpus() -> None:
    with Corpus.open(":memory:") as corpus:
        report = corpus.ingest(sorted(shared("seeds").glob("*.txt")))
        assert report.ok
        assert (report.articles_added, report.headlines_added, report.links) == (2, 25, 25)
        assert len(corpus) == 27
