"""The Dockerfile and the unit of systemd, as far as they can be tried without an engine and as another than root."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, environment, run_process

pytest.importorskip("uvicorn", reason="needs the extra serve")

from served import served

from recommender.serving.tokens import FILE, Tokens
from recommender.topics import umap_loader

LINES = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", "")
STEPS = [
    (name, rest.strip())
    for name, rest in re.findall(r"^([A-Z]+)\s+(.*)$", LINES, re.MULTILINE)
    if not name.startswith("#")
]
LAST = STEPS[max(place for place, (name, _) in enumerate(STEPS) if name == "FROM") :]
UNIT = ROOT / "deploy/recommender.service"
NIGHTLY = ROOT / "deploy/recommender-retrain.service"
TIMER = ROOT / "deploy/recommender-retrain.timer"


def of(name: str, steps: list[tuple[str, str]] = LAST) -> list[str]:
    return [rest for step, rest in steps if step == name]


def settings() -> dict[str, str]:
    return dict(pair.split("=", 1) for line in of("ENV") for pair in line.split())


def test_what_is_copied_is_there_and_goes_along() -> None:
    copied = [each for line in of("COPY", STEPS) if "--from" not in line for each in line.split()[:-1]]
    assert {"requirements.lock", "pyproject.toml", "recommender", "models/base"} <= set(copied)
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    for name in copied:
        assert (ROOT / name).exists(), name
        assert name in let_in, name


def test_the_image_is_no_root_and_keeps_the_home_in_a_volume() -> None:
    assert of("USER") == ["recommender"]
    made = " ".join(of("RUN"))
    assert "useradd" in made
    assert of("VOLUME") == [settings()["RECOMMENDER_HOME"]]
    assert re.search(rf"chown recommender: .*{settings()['RECOMMENDER_HOME']}", made)
    assert re.search(rf"chown recommender: .*{settings()['NUMBA_CACHE_DIR']}", made)


def test_every_package_of_the_extra_is_installed() -> None:
    import tomllib

    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]["serve"]
    assert all(f'"{each}"' in " ".join(of("RUN", STEPS)) for each in wanted)


def health(port: int) -> int:
    """The exit status of the health check of the image, asked at another port."""
    (line,) = of("HEALTHCHECK")
    command = json.loads(line.partition("CMD ")[2])
    assert command[0] == "python"
    code = command[2].replace(":8765", f":{port}")
    assert code != command[2]
    return subprocess.run([sys.executable, "-c", code], env=environment(), timeout=30, check=False).returncode


def test_the_command_of_the_image_serves_an_empty_volume_and_is_healthy(tmp_path: Path) -> None:
    entry, command = json.loads(of("ENTRYPOINT")[0]), json.loads(of("CMD")[-1])
    assert (entry, command[0]) == (["recommender"], "serve")
    Tokens(tmp_path / "data" / FILE).add("admin", "kim")  # without a token it listens to nobody else
    with served(tmp_path, *command[1:], "--workers", "1") as service:
        assert service.get("/healthz").status == 503  # no model yet
        assert health(service.port) == 0
    assert health(service.port) == 1


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze on this machine")
def test_the_units_are_such_that_systemd_takes(tmp_path: Path) -> None:
    program = tmp_path / "recommender"
    program.write_text("#!/bin/sh\n", "utf-8")
    program.chmod(0o755)
    units = [tmp_path / each.name for each in (UNIT, NIGHTLY, TIMER)]
    for unit in units:
        text = (ROOT / "deploy" / unit.name).read_text("utf-8")
        unit.write_text(text.replace("/opt/recommender/bin/recommender", str(program)), "utf-8")
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_nightly_unit_is_as_closed_as_the_service_and_trains(tmp_path: Path) -> None:
    service, nightly = (each.read_text("utf-8") for each in (UNIT, NIGHTLY))
    closed = service[service.index("NoNewPrivileges") : service.index("[Install]")].strip()
    assert closed in nightly
    options = re.search(r"^ExecStart=/opt/recommender/bin/recommender -C /srv/archive (.*)$", nightly, re.MULTILINE)
    assert options
    done = run_process(tmp_path, *options[1].split())
    assert (done.status, "There is no corpus" in done.stderr) == (1, True)
    assert "SuccessExitStatus=3\n" in nightly


def test_the_command_of_the_unit_serves(tmp_path: Path) -> None:
    text = UNIT.read_text("utf-8")
    command = re.findall(r"^ExecStart=\S+ -C (\S+) serve (.*)$", text, re.MULTILINE)
    ((home, options),) = command
    assert f"ReadWritePaths={home}" in text
    cache = re.search(r"NUMBA_CACHE_DIR=/var/cache/(\S+)", text)
    assert cache
    assert f"CacheDirectory={cache[1]}" in text
    log = tmp_path / "requests.jsonl"
    given = options.replace("--port 8765", "").replace("/var/log/recommender/requests.jsonl", str(log)).split()
    with served(tmp_path / "home", *given, "--workers", "1") as service:
        assert service.get("/healthz").status == 503
    assert "/healthz" in log.read_text("utf-8")


def test_a_user_who_may_write_nowhere_is_lent_a_folder_to_compile_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setattr(os, "access", lambda folder, mode: folder == tmp_path / "mine")
    (tmp_path / "mine").mkdir()
    umap_loader.provide_cache_folder(tmp_path / "mine", tmp_path / "none")
    assert "NUMBA_CACHE_DIR" not in os.environ
    monkeypatch.setenv("NUMBA_CACHE_DIR", "")  # so that it is as before in the end
    umap_loader.provide_cache_folder(tmp_path, tmp_path / "none")
    assert Path(os.environ["NUMBA_CACHE_DIR"]).is_dir()
