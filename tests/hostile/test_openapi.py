"""Schemathesis reads our own OpenAPI document and sends what it allows and what it forbids: no 500, no other answer."""

from collections.abc import Callable
from contextlib import suppress

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.handset import Handset
from webapp.accounts.views import limiter

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
# A session ends by these; they are sent without one.
ENDS = {"/api/v1/logout"}
EXAMPLES = 12
Headers = dict[str, str]


@pytest.fixture
def session(app: Flask, phone: Callable[[str], Handset], monkeypatch: pytest.MonkeyPatch) -> Headers:
    """What an inspector's phone sends with each request."""
    monkeypatch.setattr(limiter, "enabled", False)
    one = phone("inspector1")
    one.arrive(one.row())
    one.sync(next(iter(one.logs)))
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = one.client.get_cookie(name)
    assert cookie is not None
    return {"Cookie": f"{name}={cookie.value}", "X-CSRFToken": one.csrf}


@pytest.mark.parametrize(
    "mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["allowed", "forbidden"]
)
@pytest.mark.parametrize("known", [True, False], ids=["a phone", "a stranger"])
def test_no_request_that_the_document_allows_or_forbids_breaks_the_server(
    app: Flask, session: Headers, known: bool, mode: GenerationMode
) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    asked: dict[str, int] = {}
    for result in schema.get_all_operations():
        operation = result.ok()
        headers = session if known and operation.path not in ENDS else {}
        asked[operation.label] = _sent(operation, mode, headers)
    assert len(asked) >= 8, asked


def _sent(operation: schemathesis.schemas.APIOperation, mode: GenerationMode, headers: Headers) -> int:
    """Send some requests, and look at each answer; how many they were."""
    cases = []

    @settings(
        max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(operation.as_strategy(generation_mode=mode))
    def send(case: schemathesis.Case) -> None:
        cases.append(case)
        case.validate_response(case.call(headers=headers), checks=CHECKS)

    # Where nothing can be asked nothing can be asked wrongly.
    with suppress(Unsatisfiable):
        send()
    return len(cases)
