"""The questions that the first page offers."""

from __future__ import annotations

import re
from pathlib import Path

from recommender import Recommender
from recommender.ranking.spellers import articles_with
from recommender.serving.web.examples import example_questions


def test_an_example_is_what_people_ask(sample_home: Path) -> None:
    """Words as a headline spells them that three articles hold: no name of a topic, no list, no part of a word."""
    recommender = Recommender.open(sample_home / "models")
    model = recommender.model
    examples = example_questions(model)
    titles = [title for row in range(len(model)) if (title := model.catalogue.article(row).title)]
    names = {topic.name for topic in (*model.topics.topics, *model.topics.broad)}
    assert len(examples) >= 3
    for text in examples:
        assert re.fullmatch(r"[가-힣A-Za-z]{2,}( [가-힣A-Za-z]{2,})?", text), text
        assert text not in names
        assert "기타" not in text
        for word in text.split():
            assert any(re.search(rf"(?<![가-힣A-Za-z]){word}", title) for title in titles), word
            assert len(articles_with(model, word.lower())) >= 3, word
        assert len(recommender.similar(text)) >= 2
    words = [word for text in examples for word in text.split()]
    assert len(words) == len(set(words))


def test_where_no_words_are_shared_nothing_is_offered(tmp_path: Path) -> None:
    from recommender import Corpus, train

    titles = ("양극재 공장 착공", "오징어 축제 개막", "수능 국어 지문", "낙엽 쓸기 봉사", "환율 급등 마감")
    with Corpus.open(tmp_path / "corpus.db") as corpus:
        corpus.add([{"id": str(at), "title": title} for at, title in enumerate(titles)])
        assert example_questions(train(corpus)) == []
