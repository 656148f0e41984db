"""A service behind a proxy that passes it on at a path of its own."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest
from conftest import run_cli

pytest.importorskip("uvicorn", reason="needs the extra serve")

from served import served

from recommender.serving.tokens import Tokens


def test_behind_a_proxy_every_address_of_the_pages_begins_with_its_path(small_home: Path, tmp_path: Path) -> None:
    tokens = Tokens(tmp_path / "tokens.jsonl")
    token = tokens.add("admin", "박")
    own = re.compile(r' (?:href|action|src)="(/[^"]*)"')
    given = (
        "--root-path",
        "/desk/related/",
        "--tokens",
        str(tmp_path / "tokens.jsonl"),
        "--allow-host",
        "news.example",
    )
    with served(small_home, "--workers", "1", *given) as service:
        seen, waiting = set[str](), ["/desk/related/", "/desk/related/versions", "/desk/related/?q=양극재"]
        while waiting and len(seen) < 25:
            path = waiting.pop(0)
            reply = service.get(path)
            assert reply.status in (200, 303), path
            seen.add(path)
            found = [unescape(each) for each in own.findall(reply.body.decode())]
            assert all(each.startswith("/desk/related/") for each in found), found
            waiting += [each for each in dict.fromkeys(found) if each not in seen and "/ask" not in each]
        held = re.search(r'id="data">(.*?)</script>', service.get("/desk/related/map").body.decode(), re.S)
        assert held
        assert {each[:23] for each in json.loads(held[1])["url"]} == {"/desk/related/articles/"}
        style = re.search(r'href="([^"]+css[^"]*)"', service.get("/desk/related/embed/related/a").body.decode())
        assert style is None or style[1].startswith("/desk/related/")
        assert service.get("/desk/related/v1/similar", q="양극재").status == 200
        assert service.get("/healthz").status == service.get("/desk/related/healthz").status == 200
        assert service.get("/desk/relatedly").status == 404
        form = {"Content-Type": "application/x-www-form-urlencoded", "Host": "news.example"}
        sent = {**form, "Origin": "https://news.example", "X-Forwarded-Proto": "https"}
        reply = service.ask("POST", "/desk/related/login", f"token={token}&next=/topics".encode(), sent)
        assert reply.headers["location"] == "/desk/related/topics"
        assert "Secure" in reply.headers["set-cookie"]
        plain = service.ask("POST", "/desk/related/login", f"token={token}".encode(), form)
        assert "Secure" not in plain.headers["set-cookie"], "or a browser without TLS would keep it to itself"


@pytest.mark.parametrize("path", ["related", "/a b", "//evil.example", '/"onclick', "/관련"])
def test_a_path_that_is_none_is_refused(small_home: Path, path: str) -> None:
    done = run_cli(small_home, "serve", "--root-path", path)
    assert done.status == 2
    assert "/related" in done.stderr
