"""The record's hash is the key to the subject's own page: the public reads another."""

from flask import Flask

from tests.followup.after import inspection_in
from webapp.archive.models import File
from webapp.canonical import canonical, sha256
from webapp.publish.document import Chosen, Later, public_document
from webapp.publish.rules import private_of


def test_what_is_public_does_not_hold_the_key_to_the_subjects_page(app: Flask) -> None:
    with app.app_context():
        file = File(inspection_in("archived"))
        private = private_of(file.record, file.assignment)
        public = public_document(
            file.record, file.document, file.assignment, [], private, Chosen(), Later({"code": "corrected"})
        )
        key = file.record["record_hash"]
    assert key not in canonical(public).decode()
    assert public["record_hash"] == sha256(key.encode())
