"""The kind of a file by its first bytes; the ending of its name counts only where these do not show it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

from recommender.errors import InputError
from recommender.readers.encoding import sniff, vote

HEAD = 1 << 14
"""Number of first bytes of a file that are examined."""

_MAGIC = (
    (b"PK\3\4", "zip"), (b"PK\5\6", "zip"), (b"PAR1", "parquet"), (b"ARROW1", "arrow"), (b"FEA1", "arrow"),
    (b"WARC/0.", "warc"), (b"WARC/1.", "warc"),
)  # fmt: skip
_NOT_READ = (
    (b"%PDF-", "PDF", "Save its text, or give the page that it was printed from."),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an old Office or Hangul file",
        "Save it as .docx, .hwpx, .xlsx, .csv or .txt.",
    ),
    (b"{\\rtf", "a document in Rich Text Format (RTF)", "Save it as .docx, .hwpx or .txt."),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "Unpack it, or pack it as .zip."),
    (b"Rar!\x1a\x07", "a RAR archive", "Unpack it, or pack it as .zip."),
    (b"\xfd7zXZ\0", "an xz file", "Unpack it, or pack it as .gz."),
    (b"(\xb5\x2f\xfd", "a zstd file", "Unpack it, or pack it as .gz."),
    (b"\xff\xd8\xff", "a picture", "Give the text of the article."),
    (b"\x89PNG\r\n", "a picture", "Give the text of the article."),
    (b"GIF8", "a picture", "Give the text of the article."),
    (b"SQLite format 3\0", "a database of SQLite", "Write its table as CSV or JSON Lines."),
)
_PROLOGUE = re.compile(
    r"\s*(?:<\?[^>]{0,400}\?>\s*|<!--.{0,4000}?-->\s*|<!doctype[^>\[]{0,400}(?:\[[^\]]{0,8000}\]\s*)?>\s*)*",
    re.IGNORECASE | re.DOTALL,
)
_ROOT = re.compile(r"<(?:[\w.-]{1,40}:)?([\w.-]{1,60})[\s>/]")
_ROOTS = {
    "rss": "feed", "feed": "feed", "RDF": "feed", "urlset": "sitemap", "sitemapindex": "sitemap",
    "newsItem": "newsml", "newsMessage": "newsml", "packageItem": "newsml", "NewsML": "newsml", "nitf": "newsml",
    "doc": "extracted", "TEI": "extracted",
    "Workbook": "sheet-xml",
}  # fmt: skip
_HTML = re.compile(r"<!doctype html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
_OPEN_PAGES = frozenset((
    "head", "body", "title", "meta", "link", "base", "script", "noscript", "style", "div", "span", "p", "a", "img", "b",
    "table", "center", "font", "br", "hr", "h1", "h2", "h3", "header", "main", "nav", "section", "article", "form",
))  # fmt: skip
_HTML_TABLE = re.compile(
    r"urn:schemas-microsoft-com:office:(?:excel|spreadsheet)|content=[\"']?Excel\.Sheet", re.IGNORECASE
)
_TABLE_FIRST = re.compile(r"\s*(?:<(?:meta|style)\b[^>]*>(?:[^<]*</style>)?\s*)*<table\b", re.IGNORECASE)
_JSON = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*(?:[\[{\]]|\"(?:[^\"\\\n]|\\.)*\"\s*[,\]]))")
_MBOX = re.compile(r"From \S{1,200} .{0,80}\d\d:\d\d.{0,40}\r?\n[A-Za-z][A-Za-z0-9-]{1,60}:")
_HEADERS = re.compile(r"(?:[A-Za-z][A-Za-z0-9-]{1,60}:[^\n]*\n(?:[ \t][^\n]*\n)*){2,}")
_MAIL = re.compile(r"^(from|date|subject|message-id|mime-version|received|return-path|content-type|to|delivered-to|"
                   r"content-transfer-encoding|snapshot-content-location):", re.IGNORECASE | re.MULTILINE)  # fmt: skip
_FRONT_YAML = re.compile(r"---[ \t]*\r?\n(?=[^\n]{0,200}:)(?:[^\n]*\n)*?---[ \t]*(?:\r?\n|$)")
_FRONT_TOML = re.compile(r"\+\+\+[ \t]*\r?\n(?:[^\n]*\n)*?\+\+\+[ \t]*(?:\r?\n|$)")


class NotRead(InputError):
    """A file of a kind that is known and not read."""


def sign_of(head: bytes) -> str | None:
    """The kind of file that begins so, as `registry` names it; ``None`` for plain text and what is not known.

    Raises NotRead for a kind that is known and not read.
    """
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    for magic, what, hint in _NOT_READ:
        if head.startswith(magic):
            raise NotRead(f"The file is {what}, which is not read.", hint)
    if head[257:262] == b"ustar":
        return "tar"
    text = _markup_text(head)
    return next((sign for tell in _TELLS if (sign := tell(text))), None)


def first_line(head: bytes) -> str:
    """The first line of a text as far as it stands in ``head``; ``""`` for what is no text."""
    try:
        name = sniff(head) or vote(head) or "utf-8"
    except InputError:
        return ""
    text = head[: len(head) // 2 * 2].decode(name, "ignore").removeprefix("\ufeff")
    return text.lstrip("\r\n").partition("\n")[0].rstrip("\r")


def _markup_text(head: bytes) -> str:
    """The start of a file as far as markup goes: everything that is looked for is ASCII."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head[: len(head) // 2 * 2].decode("utf-16", "replace")
    return head.removeprefix(codecs.BOM_UTF8).decode("latin-1")


def _markup_sign(text: str) -> str | None:
    if not text.lstrip().startswith("<"):
        return None
    prologue = _PROLOGUE.match(text)
    start = prologue.end() if prologue else 0
    root = _ROOT.match(text, start)
    if root and (kind := _ROOTS.get(root.group(1))):
        return kind
    if _TABLE_FIRST.match(text) or (_HTML.search(text) and _HTML_TABLE.search(text)):
        return "html-table"
    declared = text.lstrip().startswith("<?xml")
    if _HTML.search(text, 0, start + 2000) and _may_open_a_page(root.group(1) if root else "", declared):
        return "html"
    return "xml" if declared else None


def _may_open_a_page(root: str, declared: bool) -> bool:
    """Whether a page begins with an element: ``<Body>`` stands in XML of other kinds too."""
    name = root.lower()
    return name in ("html", "") or (not declared and name in _OPEN_PAGES)


def _json_sign(text: str) -> str | None:
    match = _JSON.match(text)
    if not match:
        return None
    first, _, rest = text.lstrip().partition("\n")
    return "json-lines" if _is_whole_object(first) and rest.lstrip().startswith("{") else "json"


def _is_whole_object(line: str) -> bool:
    """Whether a line may be a whole object: the next one begins another."""
    return line.startswith("{") and line.rstrip().endswith("}")


def _mail_sign(text: str) -> str | None:
    if _MBOX.match(text):
        return "mbox"
    block = _HEADERS.match(text)
    if not block:
        return None
    names = {name.lower() for name in _MAIL.findall(block.group())}
    if len(names) < 2 or not names & {"mime-version", "message-id", "received", "return-path", "date"}:
        return None
    lower = block.group().lower()
    saved = "snapshot-content-location" in names or "<saved by" in lower or "mhtml" in lower or "to" not in names
    return "mhtml" if "multipart/related" in lower and saved else "mail"


def _markdown_sign(text: str) -> str | None:
    return "markdown" if _FRONT_YAML.match(text) or _FRONT_TOML.match(text) else None


_TELLS: tuple[Callable[[str], str | None], ...] = (_markup_sign, _json_sign, _mail_sign, _markdown_sign)
