"""When a page says that its article was changed, the later capture of it is the article."""

from __future__ import annotations

from pathlib import Path

import pytest

from recommender import Corpus
from recommender.readers.page import text_page
from recommender.readers.registry import read_page

BODY = "<p>영일만산단에 공장을 짓는다. 연간 3만톤 규모의 생산라인이 들어선다.</p>" * 4
HEAD = '<meta property="article:published_time" content="2024-08-05T09:00:00+09:00">'
WAYS = {
    "meta": '<meta property="article:modified_time" content="2024-08-06T10:00:00+09:00">',
    "name": '<meta name="lastmod" content="20240806100000">',
    "og": '<meta property="og:updated_time" content="2024-08-06T01:00:00Z">',
    "linked data": '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "양극재 공장 착공", '
    '"datePublished": "2024-08-05T09:00:00+09:00", "dateModified": "2024-08-06T10:00:00+09:00"}</script>',
}


def page(head: str = "", line: str = "", title: str = "양극재 공장 착공", published: str = HEAD) -> str:
    start = f'<html><head><meta charset="utf-8"><title>{title}</title>{published}{head}'
    link = '<link rel="canonical" href="https://e.org/news/1">'
    return f"{start}{link}</head><body><article><h1>{title}</h1>{line}{BODY}</article></body></html>"


def updated(folder: Path, text: str) -> str | None:
    path = folder / "page.html"
    path.write_text(text, encoding="utf-8")
    return read_page(path).to_record("page.html").article.updated


@pytest.mark.parametrize("way", WAYS)
def test_the_head_says_it(tmp_path: Path, way: str) -> None:
    assert (updated(tmp_path, page(WAYS[way])) or "")[:16] == "2024-08-06T10:00"


def test_a_marked_time_and_a_label_say_it(tmp_path: Path) -> None:
    marked = '<time itemprop="dateModified" datetime="2024-08-06T10:00">어제</time>'
    assert updated(tmp_path, page(line=marked)) == "2024-08-06T10:00"
    label = "<p>입력 2024.08.05 09:00 | 수정 2024.08.06 10:00</p>"
    assert updated(tmp_path, page(line=label)) == "2024-08-06T10:00"
    text = "양극재 공장 착공\n\n입력 2024.08.05 09:00 수정 2024.08.06 10:00\n\n" + "영일만산단에 공장을 짓는다.\n" * 20
    article = text_page(text.encode(), None).to_record("a.txt").article
    assert (article.published, article.updated) == ("2024-08-05T09:00", "2024-08-06T10:00")


def test_what_says_nothing_or_lies_before_the_publication_is_none(tmp_path: Path) -> None:
    assert updated(tmp_path, page()) is None
    early = '<meta property="article:modified_time" content="2024-08-01T10:00:00+09:00">'
    assert updated(tmp_path, page(early)) is None
    assert updated(tmp_path, page('<meta name="lastmod" content="soon">')) is None


@pytest.mark.parametrize("order", [("old", "new"), ("new", "old")], ids=" then ".join)
def test_the_later_capture_is_the_article(tmp_path: Path, order: tuple[str, str]) -> None:
    pages = {"old": page(), "new": page(WAYS["meta"], title="양극재 공장 착공(정정)")}
    with Corpus.open(tmp_path / "corpus.db") as corpus:
        for name in order:
            (tmp_path / f"{name}.html").write_text(pages[name], encoding="utf-8")
            corpus.ingest([tmp_path / f"{name}.html"])
        [article] = list(corpus.articles())
        assert article.title == "양극재 공장 착공(정정)"
        assert [earlier.title for earlier in corpus.history(article.id)] == ["양극재 공장 착공"]
