"""Korean where the reader's language is Korean: every help text has it, most sentences, and English stays as it was."""

from __future__ import annotations

import json
import os
import re
import runpy
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT, environment
from helped import pieces
from said import sentences

from recommender.messages import VARIABLES, language, translated
from recommender.messages.catalogue import Catalogue, catalogue

COMMANDS = dict(runpy.run_path(str(ROOT / "scripts" / "commands_page.py"))["commands"]())
FILES = ("korean", "korean_help", "korean_tables")
HANGUL = re.compile("[가-힣]")
ENGLISH = re.compile(
    r"\b(the|an?|is|are|was|were|of|to|in|at|by|for|and|or|not?|with|this|that|it|its|has|have|which|what|"
    r"article|articles|topics?|pages?|records?|files?|line|unknown|none|sound|damaged|current|wanted|pairs?|undone|"
    r"used|perhaps|promoted|kept|deleted|removed|related|holds|looks|fitted|"
    r"questions?|answers?|version|before|after|weights?|lists?|value|field|rule|missing|close|weak|score)\b"
)
CODE = re.compile(  # what stays as it is typed: commands, options and paths, ids, what is quoted, keys
    r"recommender( [a-z]+)*|topics predict|(?<!\w)-{1,2}[a-z][-a-z]*(=\S+)?|\S*[/=_`{}<>|*\[\]\"…]\S*|'[^']*'|"
    r"\b[a-z]+-\d+|\S+\.[a-z]{2,6}\b|다음에 없습니다: .*|(쓸 수 있는 (키|필드)|가운데 하나를 쓰세요): .*|"
    r"dask scheduler|^  [a-z]+  |'action' 값이 .*? 가운데"
)


def entries(name: str) -> list[tuple[str, str]]:
    text = (ROOT / "recommender" / "messages" / f"{name}.json").read_text(encoding="utf-8")
    pairs: list[tuple[str, str]] = json.loads(text, object_pairs_hook=list)
    return pairs


def cli(lang: dict[str, str], *args: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in environment().items() if name not in VARIABLES} | lang
    command = [sys.executable, "-m", "recommender", *args]
    return subprocess.run(command, capture_output=True, encoding="utf-8", env=env, cwd=ROOT, check=False)


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({}, "en"),
        ({"LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "ko"}, "ko"),
        ({"LANG": "korean"}, "ko"),
        ({"LANG": "kok_IN"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "ko_KR.utf8"}, "ko"),
        ({"LANG": "ko_KR.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "ko_KR.UTF-8", "LC_ALL": ""}, "ko"),
        ({"LANG": "ko_KR.UTF-8", "RECOMMENDER_LANG": "en"}, "en"),
        ({"LANG": "C", "RECOMMENDER_LANG": "ko"}, "ko"),
    ],
)
def test_the_language_is_that_of_the_locale(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], told: str
) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert language() == told


@pytest.mark.parametrize("path", COMMANDS)
def test_every_help_text_has_its_korean(path: str) -> None:
    korean = catalogue("korean_help")
    missing = [text for text in pieces(COMMANDS[path]) if not HANGUL.search(korean.of(text))]
    assert not missing, "write their Korean into recommender/messages/korean_help.json"


def test_the_sentences_have_their_korean() -> None:
    """All that the source holds in one piece but a few; those that are put together are looked up by their parts."""
    known = dict(entries("korean"))
    said = sentences(ROOT / "recommender")
    missing = [text for text in said if text not in known]
    assert len(said) > 400
    assert len(missing) < 0.1 * len(said), "write their Korean into recommender/messages/korean.json:\n" + "\n".join(
        missing
    )


@pytest.mark.parametrize("name", FILES)
def test_each_sentence_stands_once_and_names_its_values(name: str) -> None:
    pairs = entries(name)
    assert len({english for english, _ in pairs}) == len(pairs)
    for english, korean in pairs:
        holes = len(re.findall(r"\{n?\}", english))
        named = {int(number) for number in re.findall(r"\{(\d)=?\}", korean)}
        assert named == set(range(holes)), english
        assert not re.search(r"\{n?\}", korean), korean
        assert not holes or re.sub(r"\{n?\}|\W", "", english), f"{english} says nothing of its own"


def test_values_are_translated_too_and_what_is_unknown_stays() -> None:
    korean = Catalogue({
        "{n} article": "기사 {0}건", "{n} articles": "기사 {0}건", "No such file": "파일이 없습니다",
        "{} cannot be read: {}.": "{0} 파일을 읽을 수 없습니다: {1}.", "Check it.": "확인하세요.",
        "{} is not {}.": "{0}은(는) {1}이(가) 아닙니다.", "There is no topic '{}'.": "'{0}' 토픽이 없습니다.",
        'Write {"id": ...}.': '{"id": ...} 꼴로 쓰세요.',
    })  # fmt: skip
    assert korean.of("a b.txt cannot be read: No such file.") == "a b.txt 파일을 읽을 수 없습니다: 파일이 없습니다."
    assert korean.of("x.txt:3: x cannot be read: No such file. Check it.").endswith("파일이 없습니다. 확인하세요.")
    assert korean.of("1,234 articles") == "기사 1,234건"
    assert korean.of("all articles") == "all articles"
    assert korean.of("There is no topic '{0} {1}'.") == "'{0} {1}' 토픽이 없습니다."
    assert korean.of('Write {"id": ...}.') == '{"id": ...} 꼴로 쓰세요.'
    assert korean.of("양극재 is not 포항.") == "양극재는 포항이 아닙니다."
    assert korean.of("3 is not 'PDF'.") == "3은 'PDF'이(가) 아닙니다."
    assert korean.of("something else, at all.") == "something else, at all."
    assert korean.of("x " * 100_000) == "x " * 100_000


@pytest.mark.parametrize(
    ("english", "korean"),
    [
        ("'recycling' is a desk. Desks are changed in data/topics.toml.", "'recycling'은(는) 데스크입니다. 데스크는 "),
        (
            "Topic 't1' of 70 articles cannot be split into 999. Give a number from 2 to 70.",
            "기사가 70건인 't1' 토픽은 999개로 나눌 수 없습니다. 2부터 70까지의 수를 쓰세요.",
        ),
        (
            "a/b.csv: No column is a title or a body; the header names a, b. Say which is which, such as "
            "--map title='a', or name them title,body,outlet,published,url.",
            "a/b.csv: 제목이나 본문인 열이 없습니다. 머리글의 열 이름: a, b. --map title='a'처럼 어느 것이 ",
        ),
        ("x cannot be read: [Errno 2] No such file or directory: 'x'.", "x 파일을 읽을 수 없습니다: 그런 파일"),
        ("Error: Invalid value for '-k': 0 is not in the range x>=1.", "오류: '-k' 값이 잘못되었습니다: 0은 "),
        ("4 desks, 10 topics; 0% of 463 articles in none.", "데스크 4개, 토픽 10개. 기사 463건 가운데 0%는 "),
        ("1 desk, 1,200 topics in 9 broad ones; 8% of 9,000 articles in none.", "데스크 1개, 토픽 1,200개(큰 토픽 9"),
        ("reading the corpus ...", "코퍼스 읽기 ..."),
        ("computing the vectors of the articles ...", "기사의 벡터 계산 ..."),
        ("computing the vectors of 1,200 articles ...", "기사 1,200건의 벡터를 계산하고 있습니다 ..."),
        ("v0002: 2 new, 0 changed, 1 gone; 1 article, 0.3 s; current", "v0002: 새 기사 2건, 바뀜 0건, 사라짐 1건"),
        (
            "v0003 is not promoted, v0002 stays current. Worse on 44 common questions: MRR .9 to .8. See: recommender "
            "models diff v0002 v0003. To have it anyway: recommender models promote v0003",
            "v0003 버전으로 교체하지 않았고, v0002 버전이 그대로 현재 버전입니다. 같은 질문 44개에서 나빠졌습니다: ",
        ),
    ],
)  # fmt: skip
def test_sentences_as_they_are_printed(english: str, korean: str) -> None:
    assert catalogue("korean").of(english).startswith(korean)


def test_what_a_person_or_an_archive_gave_is_not_looked_up() -> None:
    korean = Catalogue({
        "none": "없음", "There is no article '{}'.": "'{0}' 기사가 없습니다.", "{} is {}.": "{0=}은(는) {1}입니다.",
        "Versions: {}.": "버전: {0}.", "'{}' had '{}' at rank {n}": "'{0}'의 '{1}' {2}위",
    })  # fmt: skip
    assert korean.of("There is no article 'none'.") == "'none' 기사가 없습니다."
    assert korean.of("none is none.") == "none은(는) 없음입니다."
    assert korean.of("Versions: none.") == "버전: 없음."
    assert korean.of("'none' had 'none' at rank 3") == "'none'의 'none' 3위"


@pytest.mark.parametrize("given", ["none", "18 articles", "No such file or directory", "current", "stopped"])
def test_sentences_keep_what_was_given(given: str) -> None:
    for english in (
        f"There is no article '{given}'.", f"The corpus holds no article {given}.", f"There is no topic '{given}'.",
        f"There is no version '{given}'.", f"There is no corpus at {given}.", f"No article is of outlet '{given}'.",
        f"  showing results for: {given}", f"nothing related in the corpus (the nearest: {given})",
        f"{given} is not in the range x>=1.", f"Error: Invalid value for '-k': '{given}' is not a valid integer.",
        f"{given}, line 3: this is not a valid judgement.", f"Error: Got unexpected extra argument ({given})",
    ):  # fmt: skip
        told = catalogue("korean").of(english)
        assert given in told, told
        assert HANGUL.search(told), english


def test_nothing_is_loaded_in_english() -> None:
    asked = (
        "import sys; sys.argv = ['recommender', 'similar', '--help']\n"
        "from recommender.cli import main\n"
        "try: main()\n"
        "except SystemExit: print([name for name in sys.modules if 'messages.' in name or name.endswith('_help')])"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, encoding="utf-8", env=environment())
    assert done.stdout.splitlines()[-1] == "[]"


def test_korean_costs_a_question_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECOMMENDER_LANG", "ko")
    spent = []
    for _ in range(5):
        catalogue.cache_clear()
        began = time.process_time()
        translated("  no answer: nothing related in the corpus (the nearest: 삼성라이온즈, 포항야구장 3연전)")
        catalogue("korean_help")
        spent.append(time.process_time() - began)
    assert min(spent) < 0.050  # a slow machine, under coverage


def test_an_error_and_its_hint_are_korean_where_the_locale_is(tmp_path: Path) -> None:
    asked = ("-C", str(tmp_path), "similar", "양극재")
    done = cli({"LANG": "ko_KR.UTF-8"}, *asked)
    assert done.stderr == f"오류: {tmp_path}/models에 모델이 없습니다. 먼저 학습하세요: recommender train\n"
    assert cli({"LANG": "ko_KR.UTF-8", "RECOMMENDER_LANG": "en"}, *asked).stderr == cli({}, *asked).stderr
    assert done.returncode == 1


def test_wrong_usage_is_told_in_korean() -> None:
    done = cli({"LC_ALL": "ko_KR.UTF-8"}, "similar", "--id")
    assert done.returncode == 2
    assert "'--id' 옵션에는 값이 필요합니다." in done.stderr
    done = cli({"LC_ALL": "ko_KR.UTF-8"}, "similar", "양극재", "-k", "0")
    assert "사용법: " in done.stderr
    assert "오류: '-k' 값이 잘못되었습니다: 0은 x>=1 범위를 벗어납니다." in done.stderr


def test_help_is_korean_for_who_reads_korean_and_its_lines_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from recommender.cli import cli as english
    from recommender.cli import localized
    from recommender.cli._output import width

    before = CliRunner().invoke(english, ["similar", "--help"], terminal_width=80).output
    monkeypatch.setenv("RECOMMENDER_LANG", "ko")
    for args in ([], ["similar"], ["topics"], ["topics", "move"]):
        shown = CliRunner().invoke(localized(english), [*args, "--help"], terminal_width=80).output
        assert shown.startswith("사용법: ")
        assert "이 도움말을 보여 주고 끝냅니다." in shown
        assert "  recommender" in shown, "examples stay"
        told = [line for line in shown.splitlines() if "recommender " not in line]
        assert max(map(width, told)) <= 80
    monkeypatch.setenv("RECOMMENDER_LANG", "en")
    assert CliRunner().invoke(english, ["similar", "--help"], terminal_width=80).output == before


def test_what_programs_read_is_the_same_in_korean(sample_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from recommender.cli import cli as english
    from recommender.cli import localized

    def asked(lang: str, *words: str) -> str:
        monkeypatch.setenv("RECOMMENDER_LANG", lang)
        return CliRunner().invoke(localized(english), ["-C", str(sample_home), *words]).stdout

    for words in (
        ("similar", "프로야구 개막전 선발투수", "--format", "json"),
        ("similar", "포스코퓨처엠 양극재", "--format", "csv"),
        ("topics", "--format", "csv"),
        ("articles", "--format", "jsonl"),
    ):
        assert asked("ko", *words) == asked("en", *words)
    told = asked("ko", "similar", "프로야구 개막전 선발투수")
    assert "  답이 없습니다: 관련된 기사가 코퍼스에 없습니다(가장 가까운 기사: " in told


def test_a_note_of_an_ingest_is_korean_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("", encoding="utf-8")
    done = cli({"RECOMMENDER_LANG": "ko"}, "-C", str(tmp_path / "home"), "ingest", str(tmp_path / "empty.txt"))
    assert f"{tmp_path}/empty.txt: 페이지가 비어 있습니다. 다시 저장하거나 빼세요." in done.stderr
    assert done.stdout.startswith("파일 0개를 읽었습니다. 새 기사 0건, ")
    assert done.returncode == 1
    assert os.environ["RECOMMENDER_LANG"] == "en"


@pytest.mark.slow
def test_no_command_says_english_where_the_language_is_korean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command on a small home, and what users get wrong: no line holds a word of an English sentence."""
    from tour import told

    monkeypatch.setenv("RECOMMENDER_LANG", "ko")
    walked = [(args, done) for args, done in told(tmp_path / "home") if "json" not in args]
    lines = {(" ".join(args), line) for args, done in walked for line in (done.stdout + done.stderr).splitlines()}
    assert len(walked) > 200
    assert len(lines) > 400
    assert not sorted((args, line) for args, line in lines if ENGLISH.search(CODE.sub("", line)))


def test_a_place_before_a_sentence_stays_and_lists_are_told_part_by_part() -> None:
    told = catalogue("korean").of
    assert told("내 글/표.csv:3: 1 letter is broken in its text (shown as �).") == (
        "내 글/표.csv:3: 글에 1자가 깨져 있습니다(�로 보입니다)."
    )
    fallen = "MRR 0.800 -> 0.700 (by 0.100, tolerance 0.02); labels: hit@10 0.9 -> 0.8 (by 0.1, tolerance 0.02)"
    assert told(f"Worse on 12 common questions: {fallen}.") == (
        "같은 질문 12개에서 나빠졌습니다: MRR 0.800 → 0.700(0.100 나빠짐, 허용치 0.02); "
        "판정의 hit@10 0.9 → 0.8(0.1 나빠짐, 허용치 0.02)."
    )
    line = "promoted v0002: 19 articles, 5 topics, +1 articles since v0001; 2 questions; "
    line += "MRR 0.5 -> 0.6, hit@10 1 -> 1; 3 s"
    assert (
        told(line)
        == "교체함 v0002: 기사 19건(v0001 버전 이후 +1), 토픽 5개, 질문 2개, MRR 0.5 → 0.6, hit@10 1 → 1, 3초"
    )


@pytest.mark.parametrize(
    ("name", "korean"),
    [
        ("포항", "포항으로"),
        ("대구", "대구로"),
        ("서울", "서울로"),
        ("3", "3으로"),
        ("1", "1로"),
        ("v0002", "v0002로"),
        ("a", "a으로(로)"),
    ],
)
def test_the_particle_that_names_a_way_fits_the_sound_before_it(name: str, korean: str) -> None:
    assert Catalogue({"to {}!": "{0}으로(로)"}).of(f"to {name}!") == korean


def test_heads_and_words_of_tables_are_korean_and_titles_stay(
    sample_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from conftest import run_cli

    monkeypatch.setenv("RECOMMENDER_LANG", "ko")
    told = run_cli(sample_home, "topics").stdout.splitlines()
    assert told[0].split() == ["id", "종류", "수준", "기사", "이름", "핵심어"]
    assert run_cli(sample_home, "topics", "--format", "csv").stdout.startswith("id,kind,level,size,name,terms")
    monkeypatch.setenv("RECOMMENDER_LANG", "en")
    assert run_cli(sample_home, "topics").stdout.splitlines()[0].split() == [
        "id",
        "kind",
        "level",
        "size",
        "name",
        "terms",
    ]
