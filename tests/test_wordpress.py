"""The plugin for WordPress, run by PHP with as much of WordPress as it calls, against a real service."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

pytest.importorskip("uvicorn", reason="needs the extra serve")

from served import Served, served

from recommender.ranking.recommend import Recommender
from recommender.serving.tokens import FILE, Tokens

PHP = shutil.which("php")
PLUGIN = ROOT / "deploy/wordpress/related-articles.php"
pytestmark = pytest.mark.skipif(PHP is None, reason="no PHP on this machine: apt-get install php-cli")


@pytest.fixture(scope="module")
def service(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, str]]:
    folder = Path(shutil.copytree(sample_home, tmp_path_factory.mktemp("wordpress") / "home"))
    token = Tokens(folder / "data" / FILE).add("editor", "wordpress")
    with served(folder, "--workers", "1") as found:
        yield found, token


def run(folder: Path, code: str, service: str, token: str = "") -> Any:
    """What the last ``echo json_encode(...)`` of ``code`` says, with the plugin loaded."""
    quoted = {name: json.dumps(value) for name, value in (("SERVICE", service), ("TOKEN", token))}
    constants = "".join(f"define('RELATED_ARTICLES_{name}', {text});\n" for name, text in quoted.items())
    file = folder / "page.php"
    file.write_text(
        f"<?php\nerror_reporting(E_ALL); require '{ROOT / 'tests/data/wordpress.php'}';\n{constants}"
        f"require '{PLUGIN}';\n{code}",
        "utf-8",
    )
    done = subprocess.run([str(PHP), "-d", "display_errors=1", file], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def address(service: Served) -> str:
    return f"http://127.0.0.1:{service.port}"


@pytest.mark.parametrize("file", [PLUGIN, ROOT / "tests/data/wordpress.php"])
def test_the_syntax_is_php(file: Path) -> None:
    assert "No syntax errors" in subprocess.run([str(PHP), "-l", file], capture_output=True, text=True).stdout


def test_every_example_of_the_documentation_is_php(tmp_path: Path) -> None:
    for page in ("docs/widget.md", "docs/howto/cms.md", "docs/ko/cms.md"):
        for block in re.findall(r"^```php\n(.*?)^```", (ROOT / page).read_text("utf-8"), re.MULTILINE | re.DOTALL):
            file = tmp_path / "block.php"
            file.write_text(block if "<?php" in block else f"<?php\n{block}", "utf-8")
            done = subprocess.run([str(PHP), "-l", file], capture_output=True, text=True)
            assert done.returncode == 0, (page, done.stdout)


def test_the_list_is_that_of_the_archive_escaped_and_kept(
    service: tuple[Served, str], sample_home: Path, tmp_path: Path
) -> None:
    recommender = Recommender.open(sample_home / "models")
    article = recommender.similar("양극재 공장").hits[0].article.id
    hits = [hit.article for hit in recommender.similar(id=article, k=5)]
    code = f"""
    add_filter('related_articles_id', function ($id) {{ return '{article}'; }});
    add_filter('related_articles_post', function ($post, $id) {{ return $id === '{hits[1].id}' ? 9 : 0; }});
    $posts[9] = new WP_Post(9, 'A&amp;B <b>"따옴표"</b>'); $now = 7;
    $first = related_articles_under('<p>본문</p>'); $second = related_articles_under('');
    $posts[9]->post_status = 'trash';
    echo json_encode(array($first, $second, related_articles_html(7), count($asked)));
    """
    first, second, third, count = run(tmp_path, code, address(service[0]))
    assert first.startswith(
        '<p>본문</p><section class="related-articles" aria-label="관련 기사"><h2>관련 기사</h2><ul>'
    )
    assert first.endswith(second)
    assert first.count("<li>") == 5
    assert hits[0].shown_title.split()[0] in first
    own = '<a href="https://news.example/?p=9&amp;x=1">A&amp;B &quot;따옴표&quot;</a>'
    assert own in first
    assert own not in third
    assert third.count("<li>") == 4
    assert count == 1  # asked once, kept then


def test_weak_hits_are_left_out_unless_they_are_pinned_or_asked_for(tmp_path: Path) -> None:
    code = """
    function hit($id, $score, $more = array()) { return array('id' => $id, 'title' => $id, 'score' => $score) + $more; }
    $pinned = hit('d', 0.01, array('pinned' => true));
    $answer = array('results' => array(hit('a', 0.4), hit('b', 0.05), hit('c', 0.04), $pinned));
    $ids = function ($least) use ($answer) { return array_column(related_articles_read($answer, $least), 'id'); };
    echo json_encode(array($ids(RELATED_ARTICLES_LEAST), $ids(0)));
    """
    assert run(tmp_path, code, "http://127.0.0.1:9") == [["a", "b", "d"], ["a", "b", "c", "d"]]


def test_nothing_is_shown_and_nobody_waits_where_the_service_is_away(tmp_path: Path) -> None:
    code = """
    $now = 7; set_transient('related_articles_8', array('until' => 0, 'hits' => array(
        array('id' => 'x', 'title' => 'of before', 'url' => 'javascript:alert(1)'))), 1);
    $new = related_articles_html(7); $known = related_articles_html(8); $third = related_articles_html(9);
    echo json_encode(array($new, $known, $third, count($asked)));
    """
    new, known, third, count = run(tmp_path, code, "http://127.0.0.1:9")
    assert (new, third, count) == ("", "", 1)
    assert "<li>" in known
    assert "javascript" not in known


def test_a_post_is_sent_changed_taken_back_and_let_in_again(service: tuple[Served, str], tmp_path: Path) -> None:
    code = """
    $text = '<!-- wp:paragraph --><p>축제가 열렸다.</p><p>[gallery]끝.</p>';
    $post = $posts[31] = new WP_Post(31, '울릉도 오징어 축제 &amp; 개막', $text);
    $draft = clone $post; $draft->post_status = 'draft';
    function seen() {
        list($status, $held) = related_articles_ask('GET', '/v1/articles/31');
        return $status === 200 ? $held : $status;
    }
    related_articles_saved(31, $draft, false, null); $said[] = seen();
    related_articles_saved(31, $post, true, $draft); $said[] = seen();
    $old = clone $post; $post->post_title = '울릉도 오징어 축제 연기';
    related_articles_saved(31, $post, true, $old); $said[] = seen();
    $posts[31] = $draft; related_articles_saved(31, $draft, true, $post); $said[] = seen();
    $posts[31] = $post; related_articles_saved(31, $post, true, $draft); $said[] = seen();
    unset($posts[31]); related_articles_deleted(31, $post); $said[] = seen();
    echo json_encode(array($said, $planned));
    """
    said, planned = run(tmp_path, code, address(service[0]), service[1])
    assert [held if isinstance(held, int) else held["title"] for held in said] == [
        404, "울릉도 오징어 축제 & 개막", "울릉도 오징어 축제 연기", 404, "울릉도 오징어 축제 연기", 404,
    ]  # fmt: skip
    assert said[1]["body"] == "축제가 열렸다.\n끝."
    assert (said[1]["outlet"], said[1]["section"], said[1]["author"]) == ("동해&산업", "경제", "이가온")
    assert planned == []


def test_what_cannot_be_sent_is_tried_again_and_then_told(tmp_path: Path) -> None:
    code = """
    $posts[31] = new WP_Post(31, '제목', '본문');
    related_articles_saved(31, $posts[31], false, null);
    related_articles_send(31, true, 1);
    echo json_encode($planned);
    """
    assert run(tmp_path, code, "http://127.0.0.1:9", "rec_x") == [["related_articles_send", 31, True, 11]]
    assert run(tmp_path, code, "http://127.0.0.1:9") == []
