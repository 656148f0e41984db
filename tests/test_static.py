"""The base model: what it knows, and what it says when it is missing, cut or foreign."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import compress
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from conftest import ROOT, environment
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.arrays.kernels import unit_rows
from recommender.embeddings import static
from recommender.embeddings.static import StaticVectors, base_folder, damaged
from recommender.embeddings.vocabulary import Tokenizer, TokenNumbers, grams, sounds
from recommender.errors import ModelError
from recommender.text.aliases import load_aliases
from recommender.text.normalize import _EOJEOL, eojeols, normalise
from recommender.text.phonetic import consonants
from recommender.text.vectorized_tokenizer import fit

BASE = ROOT / "models" / "base"
SOME = [
    "포스코퓨처엠, 포항에 양극재 공장 준공",
    "",
    "美 연준 금리 인상…코스피 1,000선",
    "한국 축구 월드컵 본선 진출",
    "!!",
]


@pytest.fixture(scope="module")
def model() -> StaticVectors:
    return StaticVectors.open()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BASE, tmp_path / "base"))


def test_rows_are_unit_or_zero(model: StaticVectors) -> None:
    rows = model.encode(SOME)
    assert rows.shape == (len(SOME), model.dimensions)
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 0, 1, 1, 0], abs=1e-6)
    assert model.encode([]).shape == (0, model.dimensions)


def test_a_text_gets_the_same_bytes_alone_and_among_others(model: StaticVectors) -> None:
    together = model.encode(SOME * 3)
    fresh = StaticVectors.open()
    alone = np.concatenate([fresh.encode([text]) for text in SOME])
    assert together[: len(SOME)].tobytes() == alone.tobytes()
    assert together[len(SOME) : 2 * len(SOME)].tobytes() == alone.tobytes()


def test_a_row_is_the_sum_of_its_tokens(model: StaticVectors) -> None:
    text = "사용후 배터리 리사이클링 특구"
    tokens = [token for eojeol in eojeols(text) for token in model.tokenizer.tokens(eojeol)]
    total = (model.vectors[tokens] * model.scales[tokens][:, None]).astype(np.float64).sum(axis=0)
    assert model.encode([text])[0] == pytest.approx(unit_rows(total), abs=1e-5)


NEAR = [
    ("폐배터리 재활용", "사용후 배터리 리사이클링", "반도체 수출 증가"),
    ("배터리 리사이클링 규제자유특구", "battery recycling special zone", "regional baseball league"),
    ("포항", "Pohang", "Gwangju"),
    ("포스코퓨처엠", "POSCO Future M", "Samsung SDI"),
    ("경북", "Gyeongbuk", "Seoul"),
    ("산불 진화 헬기 투입", "화재 진압 소방대원 출동", "프로야구 개막전 매진"),
]


@pytest.mark.parametrize(("asked", "near", "far"), NEAR)
def test_meaning_without_a_shared_word(model: StaticVectors, asked: str, near: str, far: str) -> None:
    question, right, wrong = model.encode([asked, near, far])
    assert question @ right > question @ wrong + 0.1


def test_names_of_a_kind_stay_apart(model: StaticVectors) -> None:
    """Similar-article search needs to tell one city or company from another."""
    for names in (["포항", "경주", "구미", "대구"], ["에코프로", "엘앤에프", "포스코", "삼성SDI"]):
        cosine = np.asarray(model.encode(names) @ model.encode(names).T)
        assert cosine[~np.eye(len(names), dtype=bool)].max() < 0.75


def test_headlines_of_one_subject_are_near_each_other(model: StaticVectors, shared: Path) -> None:
    """On the seed page, with other names joined to one: of 24, another of the subject is among the nearest four."""
    page = next(shared.glob("seeds/000_*.txt")).read_text("utf-8").splitlines()
    titles = [line.removeprefix("- ") for line in page if line.startswith("- ")]
    rows = model.encode([load_aliases(None).apply(normalise(title).lower()) for title in titles])
    scores = np.asarray(unit_rows(rows - rows.mean(axis=0)) @ unit_rows(rows - rows.mean(axis=0)).T)
    for signs in (("폐배터리", "사용후 배터리"), ("포스코",)):
        group = [at for at, title in enumerate(titles) if any(sign in title for sign in signs)]
        assert len(group) == 3
        for at in group:
            assert min((scores[at] > scores[at, to]).sum() for to in group if to != at) <= 4  # itself is one of them


def test_a_particle_changes_little(model: StaticVectors) -> None:
    bare, marked = model.encode(["포항 배터리 공장", "포항에서 배터리의 공장을"])
    assert bare @ marked > 0.8


def test_common_words_of_the_news_are_known(model: StaticVectors) -> None:
    assert model.documents > 30_000
    assert model.known_in_news("한국") > model.known_in_news("양극재") >= 0
    assert model.known_in_news("없는낱말") == 0


def test_odd_texts(model: StaticVectors) -> None:
    rows = model.encode(["가", "ᚠᛇᚻ ᛒᛦᚦ", "\ud800", "a" * 1_000_000, "가나다 " * 250_000, "힣" * 1_000_000, "\x00"])
    assert np.isfinite(rows).all()
    assert not rows[1].any()
    assert rows[4].any()


@given(st.text(max_size=60))
def test_any_text_is_a_unit_or_a_zero_row(text: str) -> None:
    length = float(np.linalg.norm(SHARED_MODEL.encode([text])[0]))
    assert length == pytest.approx(1, abs=1e-5) or length == 0


@given(st.text(alphabet="가나힣aZ9 ,.·…→“”[](美軍1&-", max_size=40))
def test_the_quick_way_to_eojeols_is_the_long_one(text: str) -> None:
    assert eojeols(text) == _EOJEOL.findall(normalise(text).lower())


def test_the_cut_is_the_cheapest() -> None:
    tokenizer = Tokenizer({"배터": 0, "리": 1, "배터리": 2, "공장": 3, "~공장": 4}, [3.0, 3.0, 4.0, 4.0])
    assert tokenizer.pieces("배터리공장") == ["배터리", "공장"]
    assert tokenizer.tokens("배터리공장은") == [2, 3, 4]
    assert tokenizer.tokens("ᚠ") == []


EOJEOLS = st.text(alphabet="가각나배터리힣까뚫공장은의aks9&.漢é", min_size=1, max_size=14)


@settings(max_examples=30)
@given(st.lists(EOJEOLS, min_size=200, max_size=260, unique=True))
def test_many_at_once_are_cut_as_each_alone(names: list[str]) -> None:
    easy = fit(names)
    tokens, sizes = SHARED_MODEL.cutter.tokens([*compress(names, easy)])
    alone = [SHARED_MODEL.tokenizer.tokens(name) for name in compress(names, easy)]
    assert sizes.tolist() == [len(found) for found in alone]
    assert tokens.tolist() == [token for found in alone for token in found]
    each = np.concatenate([SHARED_MODEL.sums_of([name]) for name in names])
    assert SHARED_MODEL.sums_of(names).tobytes() == each.tobytes()


def test_the_words_of_the_vocabulary_are_cut_as_each_alone(model: StaticVectors) -> None:
    names = [name.lstrip("~=") for name in model.tokenizer.numbers]
    names = [*dict.fromkeys(first + second for first, second in zip(names, names[7:] + names[:7], strict=True))][::5]
    easy = [*compress(names, fit(names))]
    assert len(easy) > 5_000
    tokens, _ = model.cutter.tokens(easy)
    assert tokens.tolist() == [token for name in easy for token in model.tokenizer.tokens(name)]


def test_grams_and_sounds() -> None:
    assert grams("포항시") == ["~포항", "~항시"]
    assert grams("war") == ["~_wa", "~war", "~ar_"]
    assert grams("2024") == []
    assert sounds("포항시") == ["=phg", "=phgs"]
    assert sounds("시") == []
    assert sounds("배터리") == sounds("battery") == ["=ptr"]


@pytest.mark.parametrize(
    ("korean", "english"),
    [
        ("배터리", "battery"),
        ("리사이클링", "recycling"),
        ("에르도간", "erdogan"),
        ("이스탄불", "istanbul"),
        ("", "2024"),
    ],
)
def test_hangul_and_latin_sound_alike(korean: str, english: str) -> None:
    assert consonants(korean) == consonants(english)


def test_files_are_those_of_the_manifest() -> None:
    assert base_folder() == BASE
    assert list(damaged(BASE)) == []
    assert {"CARD.md", "LICENSE"} <= {path.name for path in BASE.iterdir()}
    assert sum(path.stat().st_size for path in BASE.iterdir()) < 24_000_000


def test_a_missing_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"There is no base model in .*make base-model"):
        StaticVectors.open(tmp_path)


@pytest.mark.parametrize("name", ["vectors.npy", "scales.npy", "costs.npy", "frequency.npy", "vocabulary.txt"])
def test_a_cut_or_lost_file_is_told(copy: Path, name: str) -> None:
    held = (copy / name).read_bytes()
    (copy / name).write_bytes(held[: len(held) // 2])
    with pytest.raises(ModelError, match=rf"{name} has {len(held) // 2} bytes and should have {len(held)}"):
        StaticVectors.open(copy)
    (copy / name).unlink()
    with pytest.raises(ModelError, match=f"lacks .*{name}"):
        StaticVectors.open(copy)


@pytest.mark.parametrize(
    ("manifest", "told"),
    [
        ("", "damaged"),
        ("[]", "damaged"),
        ('{"format": 1}', "damaged"),
        ('{"format": 2, "files": {}}', "has format 2; this program reads 1"),
        ('{"format": 1, "documents": 1, "files": {"vectors.npy": 3}}', "damaged"),
    ],
)
def test_a_foreign_manifest_is_told(copy: Path, manifest: str, told: str) -> None:
    (copy / "manifest.json").write_text(manifest, encoding="utf-8")
    with pytest.raises(ModelError, match=told):
        StaticVectors.open(copy)


@pytest.mark.parametrize("name", ["vectors.npy", "vocabulary.txt"])
def test_files_of_the_right_size_but_foreign_are_told(copy: Path, name: str) -> None:
    (copy / name).write_bytes(bytes(255 - b for b in (copy / name).read_bytes()))
    assert list(damaged(copy)) == [name]
    with pytest.raises(ModelError, match="damaged"):
        StaticVectors.open(copy)


def test_tables_of_two_models_are_told(copy: Path) -> None:
    np.save(copy / "scales.npy", np.ones(3, dtype=np.float32))
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"]["scales.npy"]["size"] = (copy / "scales.npy").stat().st_size
    (copy / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(ModelError, match="different lengths"):
        StaticVectors.open(copy)


def test_reading_needs_numpy_alone() -> None:
    script = (
        "import sys\nfrom recommender.embeddings.static import StaticVectors\nStaticVectors.open().encode(['포항'])\n"
        "print(sorted({'sklearn', 'scipy', 'torch', 'kiwipiepy', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", env=environment())
    assert done.stdout.strip() == "[]", done.stderr


SHARED_MODEL = StaticVectors.open()


def test_many_threads_ask_at_a_time(model: StaticVectors) -> None:
    """With a memory that is full again and again; each thread gets what it would get alone."""
    fresh = StaticVectors.open()
    texts = [f"포항 {number}차 배터리공장{number % 97} 착공 {number * 7919}호" for number in range(600)]
    alone = model.encode(texts)
    with mock.patch.object(static, "_MEMO", 50), ThreadPoolExecutor(16) as threads:
        found = list(threads.map(lambda text: fresh.encode([text])[0], texts))
    assert np.array_equal(np.stack(found), alone)


def test_tokens_found_by_halving_are_those_of_the_whole_table(model: StaticVectors) -> None:
    held = (base_folder() / "vocabulary.txt").read_bytes()
    names = held.decode().split("\n")[:-1]
    asked = [*range(0, len(names), 61), len(model.tokenizer.costs) - 1, len(model.tokenizer.costs), len(names) - 1]
    few = TokenNumbers(held, len(model.tokenizer.costs))
    assert [few[names[at]] for at in asked] == asked
    others = [
        "",
        "~",
        "=",
        "뷁뷁뷁",
        "~뷁뷁",
        "=zzzzz",
        "\ud800",
        "힣힣힣",
        "0" * 50,
        *(f"{names[at]}뷁" for at in asked[:200]),
    ]
    whole = dict(zip(names, range(len(names)), strict=True))
    assert [few.get(name, -1) for name in others] == [whole.get(name, -1) for name in others]
    assert few._table is None, "a question's tokens make no table"
    assert [few.get(name) for name in names[:3_000]] == [*range(3_000)]
    assert few._table == whole
    assert (len(few), list(few)) == (len(names), names)


def test_few_eojeols_are_summed_to_the_same_bytes_as_many() -> None:
    tokens, sizes = SHARED_MODEL._tokenize(["포항시", "양극재", "공장", "공장을", "zzqx", "배터리", "포항시"])
    few, many = SHARED_MODEL._sum_few(tokens, sizes), SHARED_MODEL._sum_vectors(tokens, sizes)
    assert few.tobytes() == many.tobytes()
