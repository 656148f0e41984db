"""Options of the routes: names, kinds and limits, from which requests are read and described."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .refusal import Refusal

Kind = Literal["text", "texts", "integer", "number", "flag", "choice"]
_JSON: Mapping[Kind, str] = {"text": "string", "integer": "integer", "number": "number", "flag": "boolean"}
_TRUE, _FALSE = ("", "1", "true", "yes", "on"), ("0", "false", "no", "off")


@dataclass(frozen=True, slots=True)
class Option:
    """One option. ``name`` is that of the command line; with ``_`` for ``-`` it is understood too.

    ``least`` and ``most`` bound a number, ``most`` the length of a text too; ``default`` is what holds when it is
    not given; ``also`` are other names for it.
    """

    name: str
    kind: Kind
    about: str
    default: Any = None
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    also: tuple[str, ...] = ()
    required: bool = False
    sample: Any = None

    @property
    def key(self) -> str:
        return self.name.replace("-", "_")

    @property
    def missing(self) -> Any:
        """What holds when it is not given."""
        return () if self.kind == "texts" else False if self.kind == "flag" else self.default

    def schema(self) -> dict[str, Any]:
        """JSON Schema of one value."""
        if self.kind == "texts":
            return {"type": "array", "items": {"type": "string"}}
        if self.kind == "choice":
            return {"type": "string", "enum": list(self.choices), **self._default()}
        bounds = {"minimum": self.least, "maximum": self.most} if self.kind in ("integer", "number") else {}
        length = {"maxLength": self.most} if self.kind == "text" else {}
        known = {name: value for name, value in {**bounds, **length}.items() if value is not None}
        return {"type": _JSON[self.kind], **known, **self._default()}

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
            every = [value] if isinstance(value, str) else value
            if not isinstance(every, Sequence) or not all(isinstance(each, str) for each in every):
                raise self._wrong(value, "a text or a list of texts")
            return tuple(_text(self.name, each) for each in every)
        if self.kind == "flag" and not isinstance(value, bool):
            raise self._wrong(value, "true or false")
        if self.kind in ("integer", "number"):
            self._check_number(value)
        if self.kind in ("text", "choice") and not isinstance(value, str):
            raise self._wrong(value, "a text")
        if self.kind == "text":
            _text(self.name, value)
        if self.kind == "text" and self.most is not None and len(value) > self.most:
            raise Refusal(422, f"{self.name} has {len(value):,} characters.", f"Give {int(self.most):,} at most.")
        if self.kind == "choice" and value not in self.choices:
            raise self._wrong(value, " or ".join(self.choices))
        return value

    def _check_number(self, value: Any) -> None:
        kinds = (int,) if self.kind == "integer" else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds):
            raise self._wrong(value, self._numbers())
        low, high = -math.inf if self.least is None else self.least, math.inf if self.most is None else self.most
        if not low <= value <= high:
            raise self._wrong(value, self._numbers())

    def _numbers(self) -> str:
        noun = "a whole number" if self.kind == "integer" else "a number"
        bounds = [f"{word} {value:g}" for word, value in (("from", self.least), ("to", self.most)) if value is not None]
        return " ".join((noun, *bounds))

    def _wrong(self, value: Any, wanted: str) -> Refusal:
        shown = str(value) if len(str(value)) <= 60 else f"{str(value)[:57]}..."
        return Refusal(422, f"{self.name} is '{shown}'.", f"Give {wanted}.")


def _text(name: str, value: str) -> str:
    """``value``; refused where it holds a half of a character, which no file of UTF-8 can hold."""
    if any("\ud800" <= char <= "\udfff" for char in value):
        raise Refusal(422, f"{name} holds what is not text.", "Give it in UTF-8.")
    return value


def from_address(options: Sequence[Option], pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The value of every option from the pairs of an address. Raises Refusal."""
    known, found = _by_name(options), {option.key: option.missing for option in options}
    given: set[str] = set()
    for name, text in pairs:
        option = _known(known, name)
        if option.kind == "texts":
            found[option.key] = (*found[option.key], _text(name, text))
        elif option.key in given:
            raise Refusal(422, f"{name} is given twice.", "Give it once.")
        else:
            found[option.key] = option.of_text(text)
        given.add(option.key)
    return _complete(options, found)


def from_object(options: Sequence[Option], given: Mapping[str, Any]) -> dict[str, Any]:
    """The value of every option from an object of JSON; null stands for what is not given. Raises Refusal."""
    known, found = _by_name(options), {option.key: option.missing for option in options}
    for name, value in given.items():
        option = _known(known, name)
        if value is not None:
            found[option.key] = option.checked(value)
    return _complete(options, found)


def _complete(options: Sequence[Option], found: dict[str, Any]) -> dict[str, Any]:
    for option in options:
        if option.required and found[option.key] in (None, ()):
            raise Refusal(422, f"{option.name} is missing.", option.about)
    return found


def _by_name(options: Sequence[Option]) -> dict[str, Option]:
    return {name: option for option in options for name in (option.name, option.key, *option.also)}


def _known(known: Mapping[str, Option], name: str) -> Option:
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=1)
    names = ", ".join(dict.fromkeys(option.name for option in known.values()))
    hint = f"Did you mean {near[0]}?" if near else f"Options: {names}." if names else "This address has no options."
    shown = name if len(name) <= 60 else f"{name[:57]}..."
    raise Refusal(422, f"There is no option '{shown}'.", hint)
