"""What a JSON route takes and gives: one definition validates the request and writes the OpenAPI document."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import msgspec
from flask import Flask, Response, current_app, jsonify, request
from werkzeug.routing import Rule

from webapp.canonical import NotCanonical, parse
from webapp.errors import Problem

View = Callable[..., Any]


@dataclass(frozen=True)
class Contract:
    """`body` and `answer` are msgspec types; `media` is what goes over the line where that is not JSON.

    `most`: the bytes of a JSON body. In memory it takes thirty times as much, and whoever asks has not proved anything yet.
    """

    summary: str
    body: Any = None
    answer: Any = None
    status: int = 200
    media: str = "application/json"
    headers: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    most: int = 256 * 1024


def init_app(app: Flask) -> None:
    """Before anything of a request is read, bound it."""
    app.before_request(_bound)


def _bound() -> None:
    contract = getattr(current_app.view_functions.get(request.endpoint or ""), "contract", None)
    if contract is not None and contract.body is not None and contract.media == "application/json":
        request.max_content_length = min(contract.most, current_app.config["MAX_CONTENT_LENGTH"])


def speaks(contract: Contract) -> Callable[[View], View]:
    """Declare a route's contract; its JSON body reaches the view as the keyword `body`, already checked."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> Any:
            if contract.body is not None and contract.media == "application/json":
                kwargs["body"] = read(contract.body)
            given = view(*args, **kwargs)
            if isinstance(given, msgspec.Struct):
                return jsonify(msgspec.to_builtins(given)), contract.status
            return given

        checked.contract = contract  # type: ignore[attr-defined]
        return checked

    return decorate


def read(kind: Any) -> Any:
    """The JSON body of this request as `kind`. Raises `malformed`, naming the place that is wrong."""
    if request.mimetype != "application/json":
        raise Problem("malformed", wrong="Content-Type")
    try:
        return msgspec.convert(parse(request.get_data()), kind)
    except (NotCanonical, UnicodeError, RecursionError) as error:
        raise Problem("malformed", wrong=str(error)) from error
    except msgspec.ValidationError as error:
        raise Problem("malformed", wrong=str(error)) from error


def document(app: Flask) -> dict[str, Any]:
    """The OpenAPI 3.1 document of every route that declares a contract."""
    routes = [
        (rule, app.view_functions[rule.endpoint].contract)  # type: ignore[attr-defined]
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
        if hasattr(app.view_functions[rule.endpoint], "contract")
    ]
    types = [kind for _, contract in routes for kind in (contract.body, contract.answer) if kind is not None]
    schemas, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    named = dict(zip(map(id, types), schemas, strict=True))
    paths: dict[str, Any] = {}
    for rule, contract in routes:
        for method in sorted((rule.methods or set()) - {"OPTIONS"}):
            if method == "HEAD" and "GET" in (rule.methods or set()):
                continue
            operation = _operation(rule, contract, named, app.view_functions[rule.endpoint])
            paths.setdefault(_path(rule), {})[method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "Yidang", "version": "1"},
        "paths": paths,
        "components": {
            "schemas": components | {"Error": _ERROR},
            "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": "session"}},
        },
    }


def openapi_view(app: Flask) -> Callable[[], Response]:
    """The view of `/api/v1/openapi.json`."""

    def openapi() -> Response:
        return jsonify(document(app))

    return openapi


_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "hint", "details"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "hint": {"type": "string"},
                "details": {"type": "object"},
            },
        }
    },
}


def _operation(rule: Rule, contract: Contract, named: dict[int, Any], view: View) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": "done"}
    if contract.answer is not None:
        answer["content"] = {"application/json": {"schema": named[id(contract.answer)]}}
    error = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}
    refused = "refused: " + ", ".join(contract.problems) if contract.problems else "refused"
    operation: dict[str, Any] = {
        "summary": contract.summary,
        "operationId": rule.endpoint.replace(".", "_"),
        "responses": {str(contract.status): answer, "default": {"description": refused, **error}},
        "parameters": [
            *(
                {"name": n, "in": "path", "required": True, "schema": {"type": "string"}}
                for n in sorted(rule.arguments)
            ),
            *(
                {"name": n, "in": "header", "required": True, "schema": {"type": "string"}}
                for n in contract.headers
            ),
        ],
    }
    if "anyone" not in getattr(view, "audience", ()):
        operation["security"] = [{"session": []}]
    if contract.media != "application/json":
        operation["requestBody"] = {"content": {contract.media: {}}, "required": True}
    elif contract.body is not None:
        operation["requestBody"] = {
            "content": {contract.media: {"schema": named[id(contract.body)]}},
            "required": True,
        }
    return operation


def _path(rule: Rule) -> str:
    return re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)
