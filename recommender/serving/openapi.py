"""The description of the service (OpenAPI 3.1), made from the table of routes."""

from __future__ import annotations

from typing import Any

from ..config import __version__
from .options import Option
from .routes import ROUTES, UNTAGGED, Route

_REFUSED = {
    "400": "Not understood.", "401": "A token is wanted.", "403": "Not allowed.", "404": "Not there.",
    "405": "Not by this method.", "408": "It did not come in time.", "409": "Not as things stand.",
    "413": "Too large.", "422": "An option is wrong.",
    "429": "Too many requests.", "503": "No model answers yet, or the answer takes longer.",
}  # fmt: skip
_ERROR = {
    "type": "object", "required": ["error"],
    "properties": {"error": {
        "type": "object", "required": ["status", "problem", "hint"],
        "properties": {"status": {"type": "integer"}, "problem": {"type": "string"}, "hint": {"type": "string"}},
    }},
}  # fmt: skip


def description() -> dict[str, Any]:
    """The whole of it, as an object of JSON."""
    paths: dict[str, dict[str, Any]] = {
        "/healthz": {"get": _plain("health", "Whether a model answers.", "application/json")},
        "/metrics": {"get": _plain("metrics", "Counts and times, for Prometheus.", "text/plain")},
    }
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "recommender", "version": __version__,
            "description": "Related articles and topics for Korean news archives. A role holds those before it: "
            "reader, editor, admin. From the same machine reading needs no token.",
        },
        "paths": paths,
        "components": {
            "schemas": {"Error": _ERROR},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "responses": {"Refused": {"description": "One sentence and a hint.", "content": _json(_ref("Error"))}},
        },
    }  # fmt: skip


def _operation(route: Route) -> dict[str, Any]:
    options = () if route.method == "POST" else route.options
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.about,
        "tags": [route.tag],
        "parameters": [*map(_part, route.parts), *map(_parameter, options)],
        "responses": {str(route.status): {"description": "The answer.", "content": _content(route)}, **_refusals()},
        "security": [{"token": [route.role]}, *([] if route.changes else [{}])],
        "x-role": route.role,
    }
    if route.method == "GET" and route.name not in UNTAGGED:
        operation["responses"]["304"] = {"description": "As it was when its ETag was given out (If-None-Match)."}
    if route.method == "POST":
        operation["requestBody"] = {"required": route.needs_body, "content": _json(_body(route))}
    return operation


def _content(route: Route) -> dict[str, Any]:
    if route.media:
        return {kind: {"schema": {} if kind.endswith("json") else {"type": "string"}} for kind in route.media.values()}
    return _json(dict(route.gives))


def _body(route: Route) -> dict[str, Any]:
    if route.takes is not None:
        return dict(route.takes)
    names = [option.key for option in route.options if option.required]
    properties = {option.key: {"description": option.about, **option.schema()} for option in route.options}
    for option in route.options:
        other = {"description": f"Another name of {option.key}.", **option.schema()}
        properties |= dict.fromkeys(option.also, other)
    return {
        "type": "object", "properties": properties, "additionalProperties": False,
        **({"required": names} if names else {}),
    }  # fmt: skip


def _part(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _parameter(option: Option) -> dict[str, Any]:
    parameter: dict[str, Any] = {
        "name": option.name, "in": "query", "description": option.about, "schema": option.schema(),
        **({"required": True} if option.required else {}), **({"example": option.sample} if option.sample else {}),
    }  # fmt: skip
    return parameter | ({"style": "form", "explode": True} if option.kind == "texts" else {})


def _plain(name: str, about: str, media: str) -> dict[str, Any]:
    kind = {"type": "object" if media.endswith("json") else "string"}
    answers = {"200": {"description": "The answer.", "content": {media: {"schema": kind}}}}
    return {"operationId": name, "summary": about, "tags": ["service"], "responses": {**answers, **_refusals()}}


def _refusals() -> dict[str, Any]:
    return {status: {"description": about, "content": _json(_ref("Error"))} for status, about in _REFUSED.items()}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _json(schema: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
