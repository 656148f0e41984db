"""Data classes whose methods are written when they are first used.

``dataclasses.dataclass`` writes and compiles up to six functions a class, .8 ms of the CPU for a frozen one. A cold
question loads sixty of them, makes objects of most and compares none: it took a tenth of its time. Here a class of the
standard decorator is made without methods. Its ``__init__`` is one short function, what refuses to write is common to
all, and the others are taken from a second class of the standard decorator, each when it is first looked up. To a type
checker this is the standard decorator, and so it is to ``fields``, ``replace`` and ``asdict``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(cls=None, /, **options):
        """The decorator ``dataclasses.dataclass`` with its options ``eq``, ``repr``, ``frozen``, ``slots``."""
        return _light(cls, **options) if cls is not None else lambda cls: _light(cls, **options)


class FirstUse:
    """Stands in a class for its method ``name``, which ``write`` makes when it is first looked up."""

    def __init__(self, owner: type, name: str, write: Callable[..., Any], **options: bool) -> None:
        self.owner, self.name, self.write, self.options = owner, name, write, options

    def __get__(self, instance: object, cls: type | None = None) -> Any:
        method = self.write(self.owner, self.name, **self.options)
        method.__module__, method.__qualname__ = self.owner.__module__, f"{self.owner.__qualname__}.{self.name}"
        setattr(self.owner, self.name, method)
        return method.__get__(instance, cls)


def _light(cls: type, *, eq: bool = True, repr: bool = True, frozen: bool = False, slots: bool = False) -> type:
    own = set(vars(cls))
    cls.__doc__ = cls.__doc__ or cls.__name__  # without one the standard decorator loads ``inspect`` to write it
    made: type = dataclasses.dataclass(init=False, eq=False, repr=False, slots=slots)(cls)
    methods: dict[str, Any] = {"__init__": FirstUse(made, "__init__", _init, frozen=frozen)}
    if repr:
        methods["__repr__"] = FirstUse(made, "__repr__", _standard, eq=False)
    if eq:
        methods["__eq__"] = FirstUse(made, "__eq__", _standard, repr=False)
        methods["__hash__"] = FirstUse(made, "__hash__", _standard, repr=False, frozen=True) if frozen else None
    if frozen:
        methods |= {"__setattr__": _set_nothing, "__delattr__": _delete_nothing}
    if frozen and slots:
        methods |= {"__getstate__": _getstate, "__setstate__": _setstate}
    for name, method in methods.items():
        if name not in own or (name == "__hash__" and "__eq__" in own and vars(made)[name] is None):
            setattr(made, name, method)
    return made


def _init(cls: type, name: str, *, frozen: bool) -> Any:
    """``__init__`` as the standard decorator writes it: every field in its order, then ``__post_init__``."""
    known: dict[str, object] = {"set_": object.__setattr__, "made_anew": _MADE_ANEW}
    parameters, body = ["self"], []
    for field in dataclasses.fields(cls):
        value = field.name
        if field.default_factory is not dataclasses.MISSING:
            known[f"new_{value}"] = field.default_factory
            parameters += [f"{value}=made_anew"] if field.init else []
            value = f"new_{value}() if {value} is made_anew else {value}" if field.init else f"new_{value}()"
        elif field.default is not dataclasses.MISSING:
            known[f"default_{value}"] = field.default
            parameters += [f"{value}=default_{value}"] if field.init else []
            value = value if field.init else f"default_{value}"
        elif field.init:
            parameters.append(value)
        else:
            continue
        body.append(f"set_(self, {field.name!r}, {value})" if frozen else f"self.{field.name} = {value}")
    body += ["self.__post_init__()"] if hasattr(cls, "__post_init__") else []
    source = f"def {name}({', '.join(parameters)}):\n " + "\n ".join(body or ["pass"])
    exec(source, known)  # noqa: S102 - as the standard decorator does; of the names of fields alone
    method: Any = known[name]
    method.__annotations__ = {f.name: f.type for f in dataclasses.fields(cls) if f.init} | {"return": None}
    return method


def _standard(cls: type, name: str, **options: bool) -> Any:
    """The method that the standard decorator writes for a class of the same fields."""
    fields: dict[str, Any] = {field.name: field for field in dataclasses.fields(cls)}
    types = {name: field.type for name, field in fields.items()}
    twin = type(
        cls.__name__, (), fields | {"__annotations__": types, "__doc__": cls.__doc__, "__module__": cls.__module__}
    )
    return getattr(dataclasses.dataclass(init=False, **options)(twin), name)


class _MadeAnew:
    """The default of a field that a function makes."""

    def __repr__(self) -> str:
        return "<factory>"


_MADE_ANEW = _MadeAnew()


def _set_nothing(self: object, name: str, value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _delete_nothing(self: object, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _getstate(self: Any) -> list[Any]:
    return [getattr(self, field.name) for field in dataclasses.fields(self)]


def _setstate(self: Any, state: list[Any]) -> None:
    for field, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)
