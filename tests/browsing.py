"""A real Chromium for the tests of pages, and what it says of a page."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from conftest import ROOT

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
AXE = ROOT / "node_modules/axe-core/axe.min.js"  # package.json names its version; .ci/run installs it
PATIENCE = 120_000  # ms that a page may take on a slow machine before a test fails
SWITCHES = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser; the test is skipped where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: make install dev")
    if not CHROMIUM:
        pytest.skip("no chromium on this machine: apt-get install chromium fonts-noto-cjk")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield opened
        opened.close()


def findings(page: Any) -> list[str]:
    """What a person who does not see, or sees badly, meets, as far as our own look goes."""
    found: list[str] = page.evaluate(_LOOK)
    return found


def violations(page: Any, rule: str = "") -> list[str]:
    """Every violation of a rule of axe-core, or of one ``rule``, best practices and minor ones too, each with the
    element that it is of.

    The test is skipped where axe-core is not installed.
    """
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: npm install")
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE.read_text(encoding="utf-8") + ";undefined")  # the policy of the page lets no script in
    asked = {"resultTypes": ["violations"]} | ({"runOnly": [rule]} if rule else {})  # what passes is not spelled out
    told = page.evaluate("asked => axe.run(document, asked).then(result => result.violations)", asked)
    return [
        f"{each['id']} ({each['impact']}): {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for each in told for node in each["nodes"]
    ]  # fmt: skip


def unfold(page: Any) -> None:
    """Opens all that is folded."""
    page.evaluate("document.querySelectorAll('details').forEach((node) => { node.open = true; })")


# Names of controls, one main and one h1, no skipped level of heading, and WCAG AA contrast of every text.
_LOOK = """() => {
  const found = [];
  const seen = (node) => node.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const say = (what, node) => found.push(`${what}: ${node.outerHTML.slice(0, 120)}`);
  for (const node of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, meter")) {
    if (!seen(node)) continue;
    const labels = [...(node.labels ?? [])].map((label) => label.textContent).join("");
    const name = node.getAttribute("aria-label") || labels || (node.matches("a, button") ? node.textContent : "");
    if (!name.trim()) say("no name", node);
  }
  for (const [what, count] of [["main", 1], ["h1", 1]])
    if (document.querySelectorAll(what).length !== count) found.push(`${what}: not one`);
  if (!document.documentElement.lang || !document.title) found.push("no language or title");
  let level = 0;
  for (const head of document.querySelectorAll("h1, h2, h3, h4")) {
    const now = Number(head.tagName[1]);
    if (now > level + 1) say("a level of headings is skipped", head);
    level = now;
  }
  const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
  if (new Set(ids).size !== ids.length) found.push("an id stands twice");
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255, 255];
  };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walk.nextNode(); text; text = walk.nextNode()) {
    const node = text.parentElement;
    if (!text.data.trim() || !seen(node)) continue;
    if (node.closest("script, style, svg, noscript, .skip, .unseen, meter")) continue;
    const style = getComputedStyle(node);
    const [one, two] = [light(rgba(style.color).slice(0, 3)), light(behind(node).slice(0, 3))].sort((a, b) => b - a);
    const size = parseFloat(style.fontSize);
    const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    if ((one + 0.05) / (two + 0.05) < least) say(`contrast ${((one + 0.05) / (two + 0.05)).toFixed(2)}`, node);
  }
  return found;
}"""
