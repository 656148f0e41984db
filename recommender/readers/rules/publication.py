"""Whether a record says that its article is not out: a draft, one in the trash, one that waits or was withdrawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from recommender.readers.columns import plain_name
from recommender.text.dates import parse_published

_NOT_OUT = frozenset((
    "draft", "autodraft", "inherit", "pending", "pendingreview", "inreview", "review", "future", "scheduled", "private",
    "trash", "trashed", "deleted", "removed", "unpublished", "notpublished", "hidden", "rejected", "withheld",
    "canceled", "cancelled", "withdrawn", "killed",
    "초안", "임시", "임시저장", "임시글", "작성중", "편집중", "검토중", "대기", "대기중",
    "승인대기", "출고대기", "송고대기", "게시대기", "발행대기", "예약", "예약중", "예약대기", "비공개", "미공개",
    "비노출", "미노출", "숨김", "삭제", "삭제됨", "휴지통", "반려", "보류", "미출고", "미송고", "미게재", "미게시",
    "미발행", "미승인", "취소", "전문취소", "송고취소", "게시중단", "노출중단",
))  # fmt: skip
_NO = frozenset(("false", "no", "n", "off", "0", "아니오", "아니요", "부"))
_YES = frozenset(("true", "yes", "y", "on", "1", "예", "네", "여"))
TRUTHS = (_NO | _YES) - {"0", "1"}
"""Words that are no date where a column says whether an article is out, and not when."""


def not_out(values: Mapping[str, Any], keys: Mapping[str, tuple[str, ...]]) -> str:
    """What a record says of an article that is not out, ``status=draft``; ``""`` for one that is."""
    against = next(_keys_against(values, keys), None) or next(_keys_of_an_end(values, keys), None)
    return f"{against}={values[against]}"[:60] if against else ""


def is_truth(value: object) -> bool:
    """Whether a value says yes or no."""
    return isinstance(value, bool) or (isinstance(value, str) and len(value) < 10 and plain_name(value) in TRUTHS)


def _keys_against(values: Mapping[str, Any], keys: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """The keys of a record whose values keep its article in."""
    words = {key: _word(values[key]) for name in _ASKED for key in keys.get(name, ())}
    for name, against in _ASKED.items():
        yield from (key for key in keys.get(name, ()) if words[key] in against)


def _keys_of_an_end(values: Mapping[str, Any], keys: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """The keys that say when an article was deleted."""
    yield from (key for key in keys.get("ended", ()) if parse_published(str(values[key])))


def _word(value: object) -> str:
    """A value as it is compared; ``""`` for what is no word: a text of some length, a list."""
    text = str(value) if isinstance(value, str | int) else ""
    return plain_name(text) if len(text) < 40 else ""


_ASKED: dict[str, frozenset[str]] = {
    "status": _NOT_OUT,
    "shown": _NOT_OUT | _NO,
    "hidden": _YES | _NOT_OUT,
    "kind": frozenset(("page", "attachment", "revision", "navmenuitem", "customcss", "wpblock", "wptemplate")),
    "published": frozenset(("false", "no", "n", "off", "unpublished")),  # no 0, by which a date is not known
}
