"""``dataclass`` for what a cold question loads: the classes of the standard library's, made in a quarter of the time.

Before Python 3.13 the standard library compiles up to seven methods of a class one by one. A question loads fifty such
classes, which took a third of its own time. Here ``__init__`` alone is compiled; the other methods are closures.
"""

from __future__ import annotations

import dataclasses
from dataclasses import MISSING, Field, FrozenInstanceError
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(cls=None, /, *, frozen=False, slots=False, eq=True, repr=True):
        """As ``dataclasses.dataclass``, of which it takes these options alone."""

        def made(cls):
            return _made(cls, frozen, slots, eq, repr)

        return made if cls is None else made(cls)


def _made(cls: type, frozen: bool, slots: bool, eq: bool, repr: bool) -> type:
    own = {*vars(cls)}
    cls = dataclasses.dataclass(init=False, eq=False, repr=False, slots=slots)(cls)
    fields = dataclasses.fields(cls)
    methods: dict[str, Any] = {"__init__": _init(cls, fields, frozen)}
    if repr:
        methods |= _shown(tuple(field.name for field in fields if field.repr))
    if eq:
        methods |= _compared(tuple(field.name for field in fields if field.compare), frozen)
    if frozen:
        methods |= {"__setattr__": _refused, "__delattr__": _refused}
    if frozen and slots:
        methods |= _pickled(tuple(field.name for field in fields))
    for name, method in methods.items():
        if name not in own:
            setattr(cls, name, method)
    return cls


def _init(cls: type, fields: tuple[Field[Any], ...], frozen: bool) -> Any:
    known: dict[str, Any] = {"put": object.__setattr__, "MISSING": MISSING}
    arguments, lines = [], []
    for field in fields:
        name, value, default = field.name, field.name, ""
        if field.default_factory is not MISSING:
            known[f"new_{name}"] = field.default_factory
            value = f"new_{name}() if {name} is MISSING else {name}" if field.init else f"new_{name}()"
            default = "=MISSING"
        elif field.default is not MISSING:
            known[f"default_{name}"] = field.default
            value, default = name if field.init else f"default_{name}", f"=default_{name}"
        if field.init:
            arguments.append(name + default)
        if field.init or default:
            lines.append(f"put(self, '{name}', {value})" if frozen else f"self.{name} = {value}")
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    head, made = ", ".join(["self", *arguments]), dict[str, Any]()
    exec(f"def __init__({head}):\n " + "\n ".join(lines or ["pass"]), known, made)  # noqa: S102 - names of fields alone
    init = made["__init__"]
    init.__qualname__, init.__module__ = f"{cls.__qualname__}.__init__", cls.__module__
    init.__annotations__ = {field.name: field.type for field in fields if field.init} | {"return": None}
    return init


def _shown(names: tuple[str, ...]) -> dict[str, Any]:
    def __repr__(self: Any) -> str:
        return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    return {"__repr__": __repr__}


def _compared(names: tuple[str, ...], frozen: bool) -> dict[str, Any]:
    def values(one: Any) -> tuple[Any, ...]:
        return tuple([getattr(one, name) for name in names])

    def __eq__(self: Any, other: Any) -> bool:
        return values(self) == values(other) if type(other) is type(self) else NotImplemented

    def __hash__(self: Any) -> int:
        return hash(values(self))

    return {"__eq__": __eq__, "__hash__": __hash__ if frozen else None}


def _pickled(names: tuple[str, ...]) -> dict[str, Any]:
    def __getstate__(self: Any) -> list[Any]:
        return [getattr(self, name) for name in names]

    def __setstate__(self: Any, state: list[Any]) -> None:
        for name, value in zip(names, state, strict=True):
            object.__setattr__(self, name, value)

    return {"__getstate__": __getstate__, "__setstate__": __setstate__}


def _refused(self: Any, name: str, *value: Any) -> None:
    raise FrozenInstanceError(f"cannot {'assign to' if value else 'delete'} field {name!r}")
