"""Options of the service: names, kinds and limits, from which requests are parsed and described.

``SEARCH_OPTIONS`` is the one table of the options of ``similar``; the command line takes its own from it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from ..lazy import dataclass
from .refusal import Refusal

Kind = Literal["text", "texts", "integer", "number", "flag", "choice"]
_JSON: Mapping[Kind, str] = {"text": "string", "integer": "integer", "number": "number", "flag": "boolean"}
_KINDS = ((bool, "a boolean"), (str, "a string"), (int | float, "a number"), (list, "a list"), (dict, "an object"))
_TRUE, _FALSE = ("", "1", "true", "yes", "on"), ("0", "false", "no", "off")


@dataclass(frozen=True, slots=True)
class Option:
    """One option. ``name`` is that of the command line; with ``_`` for ``-`` it is understood too.

    ``min`` and ``max`` bound a number, ``max`` also the length of a text; ``default`` is the value when it is not
    given; ``also`` are other names for it.
    """

    name: str
    kind: Kind
    about: str
    default: Any = None
    choices: tuple[str, ...] = ()
    min: float | None = None
    max: float | None = None
    also: tuple[str, ...] = ()
    required: bool = False
    sample: Any = None

    @property
    def key(self) -> str:
        return self.name.replace("-", "_")

    @property
    def missing(self) -> Any:
        """The value when it is not given."""
        return () if self.kind == "texts" else False if self.kind == "flag" else self.default

    def schema(self) -> dict[str, Any]:
        """JSON Schema of one value."""
        if self.kind == "texts":
            return {"type": "array", "items": {"type": "string"}}
        if self.kind == "choice":
            return {"type": "string", "enum": list(self.choices), **self._default()}
        bounds = {"minimum": self.min, "maximum": self.max} if self.kind in ("integer", "number") else {}
        length = {"maxLength": self.max} if self.kind == "text" else {}
        limits = {name: value for name, value in {**bounds, **length}.items() if value is not None}
        return {"type": _JSON[self.kind], **limits, **self._default()}

    def _default(self) -> dict[str, Any]:
        return {} if self.default is None else {"default": self.default}

    def of_text(self, text: str) -> Any:
        """The value that a text means, as it stands in an address. Raises Refusal."""
        if self.kind == "flag":
            word = text.lower()
            if word not in (*_TRUE, *_FALSE):
                raise self._wrong(text, "true or false")
            return word in _TRUE
        if self.kind in ("integer", "number"):
            try:
                return self.checked(int(text) if self.kind == "integer" else float(text))
            except ValueError:
                raise self._wrong(text, self._numbers()) from None
        return self.checked(text)

    def checked(self, value: Any) -> Any:
        """``value``, as it stands in JSON, if it is one of this option. Raises Refusal."""
        if self.kind == "texts":
            texts = [value] if isinstance(value, str) else value
            if not isinstance(texts, Sequence) or not all(isinstance(text, str) for text in texts):
                raise self._wrong_kind(value, "a text or a list of texts")
            return tuple(_text(self.name, text) for text in texts)
        if self.kind == "flag" and not isinstance(value, bool):
            raise self._wrong_kind(value, "true or false")
        if self.kind in ("integer", "number"):
            self._check_number(value)
        if self.kind in ("text", "choice") and not isinstance(value, str):
            raise self._wrong_kind(value, "a text")
        if self.kind == "text":
            _text(self.name, value)
        if self.kind == "text" and self.max is not None and len(value) > self.max:
            raise Refusal(422, f"{self.name} has {len(value):,} characters.", f"Give {int(self.max):,} at most.")
        if self.kind == "choice" and value not in self.choices:
            raise self._wrong(value, " or ".join(filter(None, (", ".join(self.choices[:-1]), self.choices[-1]))))
        return value

    def _check_number(self, value: Any) -> None:
        kinds = (int,) if self.kind == "integer" else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds):
            raise self._wrong_kind(value, self._numbers())
        low, high = -math.inf if self.min is None else self.min, math.inf if self.max is None else self.max
        if not low <= value <= high:
            raise self._wrong(value, self._numbers())

    def _numbers(self) -> str:
        noun = "a whole number" if self.kind == "integer" else "a number"
        limits = (("from", self.min), ("to", self.max))
        bounds = [f"{word} {value:.15g}" for word, value in limits if value is not None]
        return " ".join((noun, *bounds))

    def _wrong_kind(self, value: Any, expected: str) -> Refusal:
        """A refusal that says what kind of JSON the value is: "2" in quotes looks like a number to who sent it."""
        kind = next((name for each, name in _KINDS if isinstance(value, each)), "")
        if not kind:
            return self._wrong(value, expected)
        unquoted = isinstance(value, str) and self.kind in ("integer", "number", "flag")
        shown = json.dumps(value, ensure_ascii=False)
        return Refusal(
            422,
            f"{self.name} is {_cut(shown)}, {kind}.",
            f"Give {expected}, without quotes." if unquoted else f"Give {expected}.",
        )

    def _wrong(self, value: Any, expected: str) -> Refusal:
        return Refusal(422, f"{self.name} is '{_cut(str(value))}'.", f"Give {expected}.")


MODEL = Option("model", "text", "Ask this version of the model, not the current one.", max=40)
SEARCH_OPTIONS = (
    Option("k", "integer", "Articles wanted.", default=10, min=1, max=1000),
    Option("since", "text", "Published on this day or later (2024-08-05, 2024-08, 7d, 3개월, 지난달).", max=40),
    Option("until", "text", "Published on this day or earlier.", max=40),
    Option("outlet", "texts", "Of this outlet only; may be repeated."),
    Option("section", "texts", "Of this section only; may be repeated."),
    Option("topic", "text", "In this topic or desk only, by id or name.", max=200),
    Option("exclude-id", "texts", "Not this article; may be repeated."),
    Option("exclude-outlet", "texts", "Not of this outlet; may be repeated."),
    Option("exclude-author", "texts", "Nothing with this name in its byline."),
    Option("past-only", "flag", "Nothing published after the asking article."),
    Option("no-date", "flag", "Ignore the date of the question."),
    Option("diversity", "number", "0 the most related, 1 the most different from each other.", 0.0, min=0, max=1),
    Option("min-score", "number", "Nothing scored below this. Default: the model's.", min=0, max=1),
    MODEL,
    Option("no-collapse", "flag", "List near-copies and all retellings one by one."),
    Option("stories", "flag", "List every retelling of one event, not two at most."),
    Option("explain", "flag", "Every word's part in the score, and the score's parts."),
)


def _cut(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."


def _text(name: str, value: str) -> str:
    """``value``; refused if it holds a lone surrogate, which UTF-8 cannot encode."""
    if any("\ud800" <= char <= "\udfff" for char in value):
        raise Refusal(422, f"{name} holds what is not text.", "Give it in UTF-8.")
    return value


def from_address(options: Sequence[Option], pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The value of every option from the pairs of an address. Raises Refusal."""
    by_name, values = _by_name(options), {option.key: option.missing for option in options}
    given: dict[str, str] = {}  # the names of options by their keys
    for name, text in pairs:
        option = _known(by_name, name)
        if option.kind == "texts":
            values[option.key] = (*values[option.key], _text(name, text))
        else:
            _check_once(options, option, given, name)
            values[option.key] = option.of_text(text)
    return _complete(options, values)


def from_object(options: Sequence[Option], record: Mapping[str, Any]) -> dict[str, Any]:
    """The value of every option from an object of JSON; null stands for what is not given. Raises Refusal."""
    by_name, values = _by_name(options), {option.key: option.missing for option in options}
    given: dict[str, str] = {}
    for name, value in record.items():
        option = _known(by_name, name)
        if value is not None:
            _check_once(options, option, given, name)
            values[option.key] = option.checked(value)
    return _complete(options, values)


def _check_once(options: Sequence[Option], option: Option, given: dict[str, str], name: str) -> None:
    """Takes ``name`` into what is ``given``. Raises Refusal where the option is given already, be it by another of its
    names: one of the two values would be lost."""
    before = given.get(option.key)
    given[option.key] = name
    if before == name:
        raise Refusal(422, f"{name} is given twice.", "Give it once.")
    if before is not None:
        draft = option.key == "q" and any(other.key == "body" for other in options)
        hint = f"Both are names of {option.name}: give one of them."
        raise Refusal(
            422, f"Both {before} and {name} are given.", f"{hint} The text below a headline is body." if draft else hint
        )


def _complete(options: Sequence[Option], values: dict[str, Any]) -> dict[str, Any]:
    for option in options:
        if option.required and values[option.key] in (None, ()):
            raise Refusal(422, f"{option.name} is missing.", option.about)
    return values


def _by_name(options: Sequence[Option]) -> dict[str, Option]:
    return {name: option for option in options for name in (option.name, option.key, *option.also)}


def _known(by_name: Mapping[str, Option], name: str) -> Option:
    if name in by_name:
        return by_name[name]
    from difflib import get_close_matches

    near = get_close_matches(name, by_name, n=1)
    names = ", ".join(dict.fromkeys(map(_with_other_names, by_name.values())))
    hint = f"Did you mean {near[0]}?" if near else f"Options: {names}." if names else "This address has no options."
    raise Refusal(422, f"There is no option '{_cut(name)}'.", hint)


def _with_other_names(option: Option) -> str:
    return f"{option.name} (or {', '.join(option.also)})" if option.also else option.name
