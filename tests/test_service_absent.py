"""Articles that do not answer: the service says whether one was removed, is too new for the model, or is not known."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import run_cli
from worlds import write_records

pytest.importorskip("uvicorn", reason="needs the extra serve")

from served import Served, bearer, served
from test_service import token_of

NEW = {
    "id": "등대/1",
    "title": "포항 등대 박물관 들어선다",
    "body": "등대 박물관이 문을 연다.",
    "published": "2024-08-09",
}
KOREAN = {"Accept-Language": "ko"}


@pytest.fixture
def own_home(small_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(small_home, tmp_path / "home"))


def page(service: Served, path: str) -> tuple[int, str]:
    reply = service.get(path, KOREAN)
    return reply.status, reply.body.decode()


def test_what_became_of_an_article_is_told(own_home: Path, tmp_path: Path) -> None:
    token = token_of(own_home, "editor")
    with served(own_home, "--workers", "1") as service:
        gone = service.get("/v1/articles", limit=1).json[0]["id"]
        assert service.ask("DELETE", f"/v1/articles/{gone}", None, bearer(token)).status == 200
        assert run_cli(own_home, "ingest", write_records(tmp_path / "new.jsonl", [NEW])).status == 0
        for path in (f"/v1/articles/{gone}", f"/v1/articles/{gone}/related", f"/v1/similar?id={gone}"):
            reply = service.get(path)
            assert (reply.status, reply.problem) == (404, f"The article '{gone}' was removed."), path
            assert reply.json["error"]["hint"] == "To let it come back: POST /v1/articles/{id}/restore"
        status, text = page(service, f"/articles/{gone}")
        assert status == 404
        assert "기사는 아카이브에서 뺐습니다." in text
        late = "/v1/articles/%EB%93%B1%EB%8C%80%2F1"
        reply = service.get(f"{late}/related")
        assert (reply.status, reply.problem) == (
            404,
            "The article '등대/1' is in the corpus, and not in the model yet.",
        )
        assert service.get(late).json["title"] == NEW["title"]
        status, text = page(service, "/articles/%EB%93%B1%EB%8C%80%2F1")
        assert status == 200
        assert "등대 박물관이 문을 연다." in text
        assert "아직 관련 목록이 없습니다" in text
        assert service.post("/v1/update", {"wait": True}, token).json["searchable"]
        assert service.get(f"{late}/related").status == 200
        assert "was removed" not in service.get("/v1/similar", id="nobody").problem
        assert "There is no topic" in service.get("/v1/similar", id="등대/1", topic="nobody").problem


def test_without_a_corpus_an_unknown_article_is_not_known(own_home: Path) -> None:
    (own_home / "data" / "corpus.db").unlink()
    with served(own_home, "--workers", "1") as service:
        assert page(service, "/articles/nobody")[0] == 404
        assert service.get("/v1/similar", id="nobody").status == 404
