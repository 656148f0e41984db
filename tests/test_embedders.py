"""A user's own sentence model by one line of the recipe: every kind the same tests, on tiny models made here."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import encoders
import numpy as np
import pytest
from conftest import ROOT, environment, run_cli, run_process
from encoders import DIMENSIONS, MAKERS
from test_update import KEPT, LATER, NEW, OLD, corpus_of, trained
from worlds import write_records

from recommender import Recommender
from recommender.arrays.kernels import unit_rows
from recommender.embeddings.external import KINDS, _load_encoder, encoder_hash, named_encoder
from recommender.embeddings.fused import FusedEncoder
from recommender.errors import MissingExtra, ModelError, RecipeError
from recommender.training.incremental import update

TEXTS = ["포항 배터리 규제자유특구", "", "양극재 공장", "!?…", "Pohang battery", "\ud800 배터리", "가" * 1_000_000]


@pytest.fixture(scope="module", params=MAKERS)
def embedder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    return MAKERS[request.param](tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    yield
    _load_encoder.cache_clear()


def test_every_kind_has_a_maker() -> None:
    assert set(MAKERS) == set(KINDS)


def test_rows_are_unit_or_zero_and_always_the_same(embedder: str) -> None:
    encoder = named_encoder(embedder)
    rows = encoder.encode([], TEXTS)
    assert rows.shape == (len(TEXTS), DIMENSIONS)
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 0, 1, 0, 1, 1, 1], abs=1e-5)
    assert encoder.encode([], TEXTS).tobytes() == rows.tobytes()
    assert np.allclose(np.concatenate([encoder.encode([], [text]) for text in TEXTS]), rows, atol=1e-5)
    assert encoder.encode([], []).shape == (0, DIMENSIONS)


def test_a_row_is_the_mean_of_its_tokens(embedder: str) -> None:
    places = [encoders.SIGNS.index(sign) + 2 for sign in "양극재"]
    mean = encoders.table()[places].mean(axis=0)
    row = named_encoder(embedder).encode([], ["양극재", "포항 배터리 규제자유특구 3년 연장"])[0]
    assert row == pytest.approx(mean / np.linalg.norm(mean), abs=1e-5)


def test_a_training_an_answer_and_an_update(embedder: str, tmp_path: Path) -> None:
    with corpus_of(tmp_path, OLD) as corpus:
        held = trained(corpus, embedder=embedder, topics_most=60)
        assert held.dense.rows.shape[1] > DIMENSIONS, "meaning stands beside the company of words"
        assert held.topics.topics, "topics are formed on the vectors of the embedder"
        held.save(tmp_path / "models")
        desk = Recommender.open(tmp_path / "models")
        assert {hit.article.id for hit in desk.similar("양극재 공장", min_score=0)} >= {"plant-1", "plant-3"}
        assert desk.similar(id="zone-1", min_score=0)[0].article.id.startswith("zone")
        assert corpus.ingest([write_records(tmp_path / "more.jsonl", NEW)]).ok
        grown = update(desk.model, corpus)
    assert grown is not None
    assert grown.added == len(NEW)
    ids = list(grown.model.catalogue.ids)
    titles = {row["id"]: row["title"] for row in KEPT}
    rows = named_encoder(embedder).encode([], [titles[name] for name in LATER])
    encoder = grown.model.dense.encoder
    assert isinstance(encoder, FusedEncoder)
    meaning = grown.model.dense.rows[[ids.index(name) for name in LATER], :DIMENSIONS]
    assert unit_rows(meaning) == pytest.approx(unit_rows(rows - encoder.centre), abs=1e-5)


def test_the_same_corpus_gives_the_same_vectors_and_topics(embedder: str, tmp_path: Path) -> None:
    made = []
    for name, rows in (("one", OLD), ("two", OLD[::-1])):
        (tmp_path / name).mkdir()
        with corpus_of(tmp_path / name, rows) as corpus:
            made.append(trained(corpus, embedder=embedder, topics_most=60))
    assert made[0].dense.rows.tobytes() == made[1].dense.rows.tobytes()
    assert made[0].topics.topics == made[1].topics.topics


def test_a_model_that_is_gone_or_another_is_told(embedder: str, tmp_path: Path) -> None:
    kind, _, path = embedder.partition(":")
    mine = shutil.copytree(path, tmp_path / "mine")
    before = encoder_hash(f"{kind}:{mine}")
    for file in mine.rglob("*"):
        if file.suffix in (".onnx", ".safetensors"):
            file.write_bytes(file.read_bytes()[:300])
    assert encoder_hash(f"{kind}:{mine}") != before, "the next training knows that the model is another one"
    with pytest.raises(ModelError, match="cannot be read"):
        named_encoder(f"{kind}:{mine}").encode([], ["배터리"])
    shutil.rmtree(mine)
    with pytest.raises(RecipeError, match=r"is not on disk\. Nothing is downloaded"):
        named_encoder(f"{kind}:{mine}")


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_folder_is_no_model(kind: str, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=rf"holds no .*It is not a model of {kind}"):
        named_encoder(f"{kind}:{tmp_path}")


@pytest.mark.parametrize("kind", KINDS)
def test_a_library_that_is_not_installed_is_named(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for group in KINDS[kind].files:
        (tmp_path / group[0]).write_text("{}")
    monkeypatch.setitem(sys.modules, KINDS[kind].libraries[0], None)
    with pytest.raises(MissingExtra) as caught:
        named_encoder(f"{kind}:{tmp_path}")
    assert KINDS[kind].libraries[0].replace("_", "-") in caught.value.problem
    assert f"pip install 'related-recommender[{kind}]'" in caught.value.hint


def test_a_graph_that_pools_gives_its_own_vector(tmp_path: Path) -> None:
    plain, pooled = encoders.onnx(tmp_path / "plain"), encoders.onnx(tmp_path / "pooled", pooled=True)
    rows = named_encoder(plain).encode([], TEXTS)
    assert named_encoder(pooled).encode([], TEXTS) == pytest.approx(rows, abs=1e-5)


def test_a_graph_may_lie_where_exporters_put_it(tmp_path: Path) -> None:
    encoders.onnx(tmp_path)
    (tmp_path / "onnx").mkdir()
    (tmp_path / "model.onnx").rename(tmp_path / "onnx" / "model.onnx")
    assert named_encoder(f"onnx:{tmp_path}").encode([], ["배터리"]).any()


def test_a_graph_that_is_no_sentence_encoder_is_told(tmp_path: Path) -> None:
    name = encoders.onnx(tmp_path / "foreign", fed="pixel_values")
    with pytest.raises(ModelError, match="asks for pixel_values"):
        named_encoder(name).encode([], ["배터리"])


def test_an_update_with_another_model_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = encoders.onnx(tmp_path / "tiny")
    with corpus_of(tmp_path, OLD) as corpus:
        trained(corpus, embedder=name).save(tmp_path / "models")
        monkeypatch.setattr(encoders, "DIMENSIONS", 8)
        encoders.onnx(tmp_path / "tiny")
        _load_encoder.cache_clear()
        assert corpus.ingest([write_records(tmp_path / "more.jsonl", NEW)]).ok
        with pytest.raises(ModelError, match="gives vectors of 8 dimensions, and this version has 48"):
            update(Recommender.open(tmp_path / "models").model, corpus)


@pytest.mark.parametrize("command", ["train", "retrain"])
@pytest.mark.parametrize(
    ("embedder", "told"),
    [
        ("onnx:/no/such/folder", "The model /no/such/folder is not on disk. Nothing is downloaded"),
        ("word2vec:models", "The recipe's embedder is 'word2vec:models'."),
        ("onnx:.", "It is not a model of onnx."),
    ],
)
def test_the_command_line_tells_it_before_any_work(command: str, embedder: str, told: str, tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(f'embedder = "{embedder}"\n', encoding="utf-8")
    done = run_cli(tmp_path / "home", command, "--recipe", recipe)
    assert done.status == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "home").exists()


def test_the_command_line_says_what_to_install(tmp_path: Path) -> None:
    for file in ("model.onnx", "tokenizer.json"):
        (tmp_path / file).write_text("{}")
    (tmp_path / "recipe.toml").write_text(f'embedder = "onnx:{tmp_path}"\n', encoding="utf-8")
    script = "import sys\nsys.modules['onnxruntime'] = None\nfrom recommender.cli import main\nmain()"
    command = [sys.executable, "-c", script, "-C", str(tmp_path), "train", "--recipe", str(tmp_path / "recipe.toml")]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment(), cwd=ROOT)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "error: The recipe's embedder needs onnxruntime, which is not installed. "
        "Run: pip install 'related-recommender[onnx]'"
    )


@pytest.mark.slow
def test_the_command_line_trains_answers_and_updates(embedder: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (tmp_path / "recipe.toml").write_text(f'embedder = "{embedder}"\n', encoding="utf-8")
    assert run_cli(home, "ingest", write_records(tmp_path / "old.jsonl", OLD)).status == 0
    assert run_cli(home, "train", "--quiet", "--recipe", tmp_path / "recipe.toml").status == 0
    assert "plant-1" in run_cli(home, "similar", "양극재 공장", "--min-score", "0", "--format", "json").stdout
    assert run_cli(home, "ingest", write_records(tmp_path / "new.jsonl", NEW)).status == 0
    assert f"{len(NEW)} new" in run_cli(home, "update", "--quiet").stdout
    assert "plant-4" in run_cli(home, "similar", "양극재 공장", "--min-score", "0", "--format", "json").stdout
    shutil.move(embedder.partition(":")[2], tmp_path / "away")
    gone = run_process(home, "similar", "양극재 공장")  # no model of an earlier question in memory
    shutil.move(tmp_path / "away", embedder.partition(":")[2])
    assert gone.status == 1
    assert "is not on disk" in gone.stderr
    assert "Traceback" not in gone.stderr
