"""Fuzzes targets one after the other, each in a process of its own, and prints a line of figures for each."""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

# Each target with the modules in which coverage is counted; in all of them it would be three times as slow.
NAMES = {
    "page": ("readers", "text.dates"),
    "html": ("readers", "text.dates"),
    "records": ("readers", "text.dates", "text.normalize"),
    **dict.fromkeys(
        ("feeds", "agencies", "webtables", "mail", "markdown", "warc"), ("readers.formats", "readers.file_types")
    ),
    **dict.fromkeys(("sheets", "archives"), ("readers.formats", "readers.file_types", "readers.unpack")),
    "columnar": ("readers.formats", "readers.records", "readers.values"),
    "ingest": ("corpus", "readers"),
    "analyzer": ("text", "embeddings.static"),
    "query": ("ranking.recommend", "ranking.options", "ranking.questions", "text"),
    "model": ("ranking.model", "ranking.catalogue", "ranking.recommend", "versions.artifact", "arrays"),
    "settings": ("text.aliases", "topics.curated", "topics.edits", "config", "evaluation.queries"),
}
LONGEST = 512  # bytes of an input; longer ones come from stretching
STRETCHED = 15  # inputs of a corpus that are stretched
_SLOWED = 4.0  # how much slower the code may be while coverage is counted
_DONE = re.compile(r"^#(\d+)\s+\w+\s+cov: (\d+) ft: (\d+) corp: (\d+)", re.MULTILINE)


def main() -> int:
    parser = _arguments()
    given = parser.parse_args()
    if unknown := sorted({*given.target} - {*NAMES}):
        parser.error(f"there is no target {unknown[0]!r}; the targets are {', '.join(NAMES)}")
    if given.replay and len(given.target) != 1:
        parser.error("name the one target of the input")
    if given.replay:
        return replay(given.target[0], given.folder, given.replay)
    if given.inside:
        inside(given)
    try:
        import atheris  # noqa: F401
    except ImportError:
        print("error: atheris is not installed. It fuzzes: .venv/bin/pip install '.[fuzz]'", file=sys.stderr)
        return 1
    _prepare(given.folder)
    found = [fuzzed(name, given) for name in given.target or NAMES]
    return 1 if any(found) else 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.fuzz",
        description=__doc__,
        epilog="Example: python -m scripts.fuzz records --runs 50000",
    )
    parser.add_argument("target", nargs="*", help=f"one or more of {', '.join(NAMES)}; all if none")
    parser.add_argument("--runs", type=int, default=20_000, help="executions of each target (20000)")
    parser.add_argument("--seconds", type=int, default=0, help="stop a target after so long, 0 for no limit")
    parser.add_argument("--seed", type=int, default=7, help="of the fuzzer's choices (7)")
    parser.add_argument("--folder", type=Path, default=Path("build/fuzz"), help="for inputs and findings (build/fuzz)")
    parser.add_argument("--replay", type=Path, help="run one saved input of the target and show what happens")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    return parser


def _prepare(folder: Path) -> None:
    """The small model, unless it is there."""
    if not (folder / "desk" / "models" / "current").exists():
        print("training the small model", file=sys.stderr)
        code = "import sys, pathlib; from scripts.fuzz.targets import train_desk; train_desk(pathlib.Path(sys.argv[1]))"
        subprocess.run([sys.executable, "-W", "ignore", "-c", code, str(folder / "desk")], check=True)


def fuzzed(name: str, given: argparse.Namespace) -> int:
    """Fuzzes one target in a process of its own, prints its line, returns the number of findings."""
    place = given.folder / name
    for part in ("corpus", "findings"):
        shutil.rmtree(place / part, ignore_errors=True)
        (place / part).mkdir(parents=True)
    started = time.monotonic()
    command = [sys.executable, "-m", "scripts.fuzz", name, "--inside", f"--folder={given.folder}"]
    command += [f"--runs={given.runs}", f"--seconds={given.seconds}", f"--seed={given.seed}"]
    with (place / "log").open("w", encoding="utf-8", errors="replace") as log:
        status = subprocess.run(command, stdout=log, stderr=subprocess.STDOUT).returncode
    figures = _DONE.findall((place / "log").read_text(encoding="utf-8", errors="replace"))
    runs, cov, features, corpus = map(int, figures[-1]) if figures else (0, 0, 0, 0)
    longer = _stretch(name, given.folder)
    found = [*_checked(name, given.folder)]
    if status:
        found.append(("log", f"the process ended with {status}"))
    print(
        f"{name:9} {runs + longer:>9,} executions {time.monotonic() - started:>6.0f} s  corpus {corpus:>5,}"
        f"  edges {cov:>5,}  features {features:>6,}  stretched {longer:>4}  findings {len(found)}",
        flush=True,
    )
    for file, kind in found:
        print(f"          {place / 'findings' / file}: {kind}", flush=True)
    return len(found)


def inside(given: argparse.Namespace) -> None:
    """The fuzzer itself; does not come back."""
    import atheris

    [name] = given.target
    counted = tuple(f"recommender.{part}" for part in NAMES[name])
    others = [module for module in _modules() if not f"{module}.".startswith(tuple(f"{part}." for part in counted))]
    with atheris.instrument_imports(include=["recommender"], exclude=others):
        from .targets import TARGETS
    from . import seeds
    from .watch import SLOW, Watch

    target, place = TARGETS[name], given.folder / name
    for number, seed in enumerate(target.seeds):
        (place / "corpus" / f"seed-{number:03d}").write_bytes(seed)
    (place / "tokens").write_text(seeds.dictionary(), encoding="ascii")
    work = place / "work"
    work.mkdir(exist_ok=True)
    watch = Watch(target.made(given.folder / "desk", work), place / "findings", SLOW * _SLOWED * target.passes)
    watch.warm(target.seeds[0])
    options = [f"-runs={given.runs}", f"-seed={given.seed}", f"-max_len={LONGEST}", f"-dict={place / 'tokens'}"]
    options += ["-timeout=60", "-rss_limit_mb=3000", f"-artifact_prefix={place / 'findings'}/", "-reload=0"]
    options += [f"-max_total_time={given.seconds}"] if given.seconds else []
    atheris.Setup(["fuzz", *options, str(place / "corpus")], watch)
    atheris.Fuzz()


def _modules() -> list[str]:
    root = Path(__file__).resolve().parents[2]
    found = (path.relative_to(root).with_suffix("").parts for path in (root / "recommender").rglob("*.py"))
    return [".".join(parts).removesuffix(".__init__") for parts in found]


def _in_process(name: str, folder: Path, code: str) -> str:
    """What a process without the fuzzer prints; it is killed after ten minutes."""
    head = "import sys, pathlib; from scripts.fuzz import __main__ as fuzz; "
    command = [sys.executable, "-c", head + code, name, str(folder)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=600)
    return done.stdout if not done.returncode else f"-1 {done.stderr[-500:]}"


def _stretch(name: str, folder: Path) -> int:
    """Grows inputs of the corpus to 100 kB and runs them, without the fuzzer; returns how many."""
    told = _in_process(name, folder, "fuzz.stretch(sys.argv[1], pathlib.Path(sys.argv[2]))")
    return int(told.split()[0]) if told.split() else 0


def stretch(name: str, folder: Path) -> None:
    from .targets import TARGETS
    from .watch import stretched

    watch = _watch(name, folder)
    paths = sorted((folder / name / "corpus").iterdir())
    for path in paths[:: max(1, len(paths) // STRETCHED)]:
        watch(stretched(path.read_bytes(), TARGETS[name].head))
    print(watch.count)


def _checked(name: str, folder: Path) -> list[tuple[str, str]]:
    """The findings, less those that were slow only because coverage was counted."""
    from .watch import findings

    place = folder / name / "findings"
    found = list(findings(place)) + [(p.name, "the fuzzer stopped at it") for p in place.glob("*-*")]
    return [(file, kind) for file, kind in found if not kind.startswith("slow") or _still_slow(name, folder, file)]


def _still_slow(name: str, folder: Path, file: str) -> bool:
    code = f"fuzz.slow(sys.argv[1], pathlib.Path(sys.argv[2]), {file!r})"
    return _in_process(name, folder, code).strip() != "False"


def slow(name: str, folder: Path, file: str) -> None:
    watch = _watch(name, folder)
    data = (folder / name / "findings" / file).read_bytes()
    started = time.process_time()
    watch(data)
    print(time.process_time() - started > watch.patience)


def _watch(name: str, folder: Path) -> Any:
    from .targets import TARGETS
    from .watch import SLOW, Watch

    work = folder / name / "work"
    work.mkdir(parents=True, exist_ok=True)
    target = TARGETS[name]
    watch = Watch(target.made(folder / "desk", work), folder / name / "findings", SLOW * target.passes)
    watch.warm(target.seeds[0])
    return watch


def replay(name: str, folder: Path, path: Path) -> int:
    """One input with the whole traceback, if it raises."""
    _prepare(folder)
    from recommender.errors import RecommenderError

    try:
        _watch(name, folder).run(path.read_bytes())
    except RecommenderError as error:
        print(f"refused: {error}")
    else:
        print("answered")
    return 0


if __name__ == "__main__":
    sys.exit(main())
