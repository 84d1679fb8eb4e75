"""The phone app's shell: whole without a network."""

import json
import re

from flask.testing import FlaskClient

from webapp.config import ROOT


def kept(client: FlaskClient) -> list[str]:
    """What the service worker keeps."""
    found = re.search(r"FILES = (\{.*?\});", client.get("/field/sw.js").text, re.S)
    assert found
    return list(json.loads(found[1]))  # type: ignore[no-any-return]


def test_every_file_that_is_kept_is_there(client: FlaskClient) -> None:
    files = kept(client)
    assert len(files) > 60
    for path in files:
        with client.get(path) as answer:
            assert answer.status_code == 200, path


def test_what_runs_beside_the_page_starts_under_the_address_of_the_service_worker(
    client: FlaskClient,
) -> None:
    scripts = (ROOT / "static/field").rglob("*.js")
    named = {
        name for path in scripts for name in re.findall(r'new Worker\(ourScript\("([^"]+)"', path.read_text())
    }
    assert {f"/field/{name}" for name in named} <= set(kept(client)) and len(named) == 2
    for name in named:
        answer = client.get(f"/field/{name}")
        assert answer.mimetype == "text/javascript"
        answer.close()
