"""RSS, Atom, exports of WordPress (WXR) and sitemaps of news, as saved files; nothing is fetched."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import field
from functools import partial
from itertools import islice
from typing import Any, BinaryIO

from recommender.errors import InputError
from recommender.readers.columns import Columns
from recommender.readers.formats.common import Read, filled, left_out, record_of
from recommender.readers.formats.html_fragment import paragraphs_of
from recommender.readers.formats.xml_stream import child, child_text, elements, inner_markup, local, text_of
from recommender.readers.notes import ReadProblem
from recommender.readers.records import Records
from recommender.readers.rules.feed_names import host_of, may_be_of, outlet_of
from recommender.text.dates import parse_published

from ...lazy import dataclass

AUTHORS = 20
"""Most people of one item."""
_WP = "wordpress.org/export"
_NO_POSTS = frozenset(("attachment", "nav_menu_item", "revision", "page", "custom_css", "customize_changeset",
                       "oembed_cache", "user_request", "wp_block", "wp_template", "wp_template_part",
                       "wp_global_styles", "wp_navigation", "wp_font_family", "wp_font_face", "feedback",
                       "acf-field", "acf-field-group"))  # fmt: skip
_SHORTCODE = re.compile(
    r"\[/?(?:caption|gallery|embed|audio|video|playlist|vc_\w{1,40}|et_pb_\w{1,40})\b[^\[\]]{0,2000}\]"
)
_CAPTION = re.compile(r"\[caption\b[^\[\]]{0,2000}\](?:(?!\[caption\b).){0,4000}?\[/caption\]", re.S)
_NAMED_MAIL = re.compile(r"\S{1,100}@\S{1,100}\s*\((.{1,80})\)")


def feed(stream: BinaryIO, file: Records, encoding: str | None) -> Iterator[Read]:
    """The items of RSS (0.9 to 2.0, RDF), the entries of Atom, or the posts of a WordPress export."""
    out: Counter[str] = Counter()
    about: _Feed | None = None
    for item in elements(stream, file.path, encoding, ("item", "entry")):
        if isinstance(item, ReadProblem):
            yield item
            continue
        about = about or _Feed.of(item)
        if why := _no_post(item):
            out[why] += 1
        else:
            yield from record_of(partial(_values, item, about, file.columns), file, int(item.sourceline or 1))
    yield from left_out(file.path, out)
    if about is None:
        raise InputError("The feed holds no items.", "Save it again when it lists articles.")


@dataclass(slots=True)
class _Feed:
    """The fields of a feed that hold for all its items."""

    outlet: str = ""
    host: str = ""
    names: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, item: Any) -> _Feed:
        parent = item.getparent()
        if parent is None:
            return cls()
        head = child(parent, "channel") if local(parent) == "RDF" else parent
        head = parent if head is None else head
        names = {
            child_text(author, "author_login"): child_text(author, "author_display_name")
            for author in head.iterfind("{*}author")
        }
        return cls(
            outlet_of(child_text(head, "title")), host_of(_link(head)), {k: v for k, v in names.items() if k and v}
        )

    def outlet_for(self, url: str) -> str:
        """The name of the feed, if it is of the site that the item stands on."""
        return self.outlet if may_be_of(url, self.host) else ""


def _values(item: Any, about: _Feed, columns: Columns) -> dict[str, object]:
    url = _link(item)
    return {
        "id": _id(item),
        "title": _title(item),
        "subtitle": _subtitle(item, columns),
        "body": _body(item),
        "published": _published(item),
        "updated": _updated(item),
        "outlet": _outlet(item) or about.outlet_for(url),
        "author": _author(item, about),
        "url": url,
        "section": _section(item),
    }


def _title(item: Any) -> str:
    title = child(item, "title")
    return " ".join(paragraphs_of(inner_markup(title)).split())


def _subtitle(item: Any, columns: Columns) -> str:
    """The subtitle in WordPress post metadata: ``<wp:meta_key>sub_title</wp:meta_key>``."""
    stated = ((child_text(meta, "meta_key"), child_text(meta, "meta_value")) for meta in item.iterfind("{*}postmeta"))
    return next((value for key, value in stated if value and columns.names(key, "subtitle")), "")


def _body(item: Any) -> str:
    for name in ("encoded", "content", "full-text", "fulltext", "body", "description", "summary"):
        for node in item.iterfind(f"{{*}}{name}"):
            if _is_media(node):
                continue
            text = inner_markup(node)
            if "[" in text:
                text = _SHORTCODE.sub("", _CAPTION.sub("", text))
            if body := paragraphs_of(text).strip():
                return body
    return ""


def _is_media(element: Any) -> bool:
    """``media:content`` and ``media:description`` are of pictures; ``excerpt:encoded`` is no body."""
    return "search.yahoo.com/mrss" in element.tag or "/excerpt/" in element.tag


def _published(item: Any) -> str:
    """The first value that is a date: WordPress gives local time beside UTC."""
    if local_time := _local_time(child_text(item, "post_date"), child_text(item, "post_date_gmt")):
        return local_time
    dates = [text for name in ("pubDate", "published", "issued", "date", "created", "updated", "modified")
             for node in item.iterfind(f"{{*}}{name}") if (text := text_of(node))]  # fmt: skip
    return next((text for text in dates if parse_published(text)), dates[0] if dates else "")


def _updated(item: Any) -> str:
    """When the item was last changed, where it also says when it was published."""
    if changed := _local_time(child_text(item, "post_modified"), child_text(item, "post_modified_gmt")):
        return changed
    published = any(
        text_of(node) for name in ("pubDate", "published", "issued") for node in item.iterfind(f"{{*}}{name}")
    )
    return child_text(item, "updated", "modified") if published else ""


def _local_time(here: str, greenwich: str) -> str:
    """``2024-08-05 11:16:00`` and ``2024-08-05 02:16:00`` as ``2024-08-05T11:16:00+09:00``."""
    from datetime import datetime

    try:
        at, zero = datetime.fromisoformat(here), datetime.fromisoformat(greenwich)
        minutes = round((at - zero).total_seconds() / 60)
    except (ValueError, TypeError):
        return here if parse_published(here) else ""
    if abs(minutes) > 14 * 60:
        return here
    sign, minutes = "-" if minutes < 0 else "+", abs(minutes)
    return f"{at:%Y-%m-%dT%H:%M:%S}{sign}{minutes // 60:02d}:{minutes % 60:02d}"


def _link(element: Any) -> str:
    """The address: RSS has it as text, Atom as an attribute of the link ``rel="alternate"``."""
    links = list(element.iterfind("{*}link"))
    addresses = [(link.get("rel") or "alternate", link.get("href") or text_of(link)) for link in links]
    for rel, address in addresses:
        if rel == "alternate" and address.strip():
            return str(address).strip()
    guid = child(element, "origLink", "guid")
    address = text_of(guid)
    return address if address.startswith(("http://", "https://")) and guid.get("isPermaLink") != "false" else ""


def _id(item: Any) -> str:
    """The id of a WordPress post, of Atom or of RSS, unless it is an address, which changes more easily."""
    identifier = child_text(item, "guid", "id", "identifier")
    return "" if identifier.startswith(("http://", "https://")) else identifier


def _outlet(item: Any) -> str:
    source = child(item, "source")
    named = child_text(source, "title") or text_of(source) if source is not None else ""
    return " ".join((named or child_text(item, "publisher")).split())[:80]


def _author(item: Any, about: _Feed) -> str:
    """The names of all who are named as creators, else as authors, parted by semicolons."""
    for name in ("creator", "author"):
        persons = (_person(node, about) for node in islice(item.iterfind(f"{{*}}{name}"), AUTHORS))
        if names := list(dict.fromkeys(filter(None, persons))):
            return "; ".join(names)
    return ""


def _person(element: Any, about: _Feed) -> str:
    text = " ".join((child_text(element, "name") or text_of(element)).split())
    text = about.names.get(text, text)
    match = _NAMED_MAIL.fullmatch(text)
    return match.group(1) if match else text


def _section(item: Any) -> str:
    for node in item.iterfind("{*}category"):
        text = (node.get("label") or text_of(node) or node.get("term") or "").strip()
        if text and node.get("domain") not in ("post_tag", "post_format"):
            return text
    return child_text(item, "subject", "section")


def _no_post(item: Any) -> str:
    """Why an item of a WordPress export is no article, in the plural; ``""`` if it is one."""
    kind, status = child_text(item, "post_type"), child_text(item, "status")
    if kind in _NO_POSTS:
        return {"attachment": "attachments", "page": "pages"}.get(kind, "parts of a site")
    if status and status not in ("publish", "inherit") and item.find("{*}status") is not None:
        wordpress = _WP in item.find("{*}status").tag
        return f"posts that are {status}" if wordpress else ""
    return ""


def sitemap(stream: BinaryIO, file: Records, encoding: str | None) -> Iterator[Read]:
    """The titles, dates and addresses of a sitemap of news; InputError for one of addresses alone."""
    count = bare = 0
    for entry in elements(stream, file.path, encoding, ("url", "sitemap")):
        if isinstance(entry, ReadProblem):
            yield entry
            continue
        news = child(entry, "news")
        if news is None:
            bare += 1
            continue
        count += 1
        yield from file.read(filled(_news(entry, news)), int(entry.sourceline or 1))
    if bare and not count:
        raise InputError(f"The sitemap lists {bare:,} addresses without titles, and nothing is fetched.",
                         "Give a sitemap of news, a feed, or the saved pages.")  # fmt: skip
    if not count:
        raise InputError("The sitemap lists nothing.", "Give a sitemap of news, a feed, or the saved pages.")
    yield from left_out(file.path, {"addresses without a title": bare})


def _news(entry: Any, news: Any) -> dict[str, object]:
    publication = child(news, "publication")
    return {
        "title": child_text(news, "title"),
        "published": child_text(news, "publication_date"),
        "outlet": child_text(publication, "name") if publication is not None else "",
        "url": child_text(entry, "loc"),
        "section": child_text(news, "genres"),
    }
