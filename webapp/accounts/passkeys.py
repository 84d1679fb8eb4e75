"""Passkeys, as `webauthn` makes and checks them (W3C Web Authentication): for one site, one person and one time."""

import json
from typing import Any
from urllib.parse import urlsplit

from flask import session
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from webapp.accounts.factors import ISSUER, PASSKEYS, Passkey
from webapp.accounts.models import User
from webapp.accounts.origin import origin
from webapp.accounts.signins import SpentNonce
from webapp.db import db, now
from webapp.errors import Problem

CHALLENGE = "passkey_challenge"
WRONG = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError)


def possible() -> bool:
    """Whether a browser would make one here: passkeys are bound to a name, so not at a bare address of the network."""
    name = urlsplit(origin()).hostname or ""
    return name == "localhost" or (origin().startswith("https:") and any(sign.isalpha() for sign in name))


def to_make(user: User) -> str:
    """The options of a new one, as JSON for the browser."""
    options = generate_registration_options(
        rp_id=_site(),
        rp_name=ISSUER,
        user_id=user.id.encode(),
        user_name=user.username,
        user_display_name=user.name,
        exclude_credentials=_known(user),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    return _asked(options)


def keep(user: User, given: str, name: str) -> None:
    """Keep what the browser made. Raises `passkey_failed`."""
    try:
        made = verify_registration_response(
            credential=_read(given),
            expected_challenge=_challenge(),
            expected_rp_id=_site(),
            expected_origin=origin(),
            require_user_verification=True,
        )
    except WRONG as error:
        raise Problem("passkey_failed") from error
    key = bytes_to_base64url(made.credential_id)
    if len(key) > 1400 or db.session.get(Passkey, key) or len(Passkey.of(user)) >= PASSKEYS:
        raise Problem("passkey_failed")
    db.session.add(
        Passkey(
            id=key,
            user_id=user.id,
            name=name,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
        )
    )


def to_prove(user: User) -> str:
    """The options of a proof, as JSON for the browser."""
    return _asked(
        generate_authentication_options(
            rp_id=_site(),
            allow_credentials=_known(user),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def proves(user: User, given: str) -> bool:
    """Whether the browser's answer is by one of the person's passkeys, to what was asked this time."""
    try:
        answer = _read(given)
        key = db.session.get(Passkey, str(answer["id"])[:1400])
        if key is None or key.user_id != user.id:
            return False
        challenge = _challenge()
        proved = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=_site(),
            expected_origin=origin(),
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            require_user_verification=True,
        )
    except WRONG:
        return False
    # The cookie that held the question may be an old one, sent again; the answer can be written in more than one way.
    if not SpentNonce.spend(bytes_to_base64url(challenge)):
        return False
    key = db.session.get_one(Passkey, key.id)
    key.sign_count, key.used_at = proved.new_sign_count, now()
    return True


def _asked(options: Any) -> str:
    session[CHALLENGE] = bytes_to_base64url(options.challenge)
    return options_to_json(options)


def _challenge() -> bytes:
    # Taken out: what was asked once is answered once.
    return base64url_to_bytes(session.pop(CHALLENGE))


def _read(given: str) -> dict[str, Any]:
    answer = json.loads(given[:65536])
    if not isinstance(answer, dict):
        raise TypeError("not an answer of a browser")
    return answer


def _known(user: User) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(key.id)) for key in Passkey.of(user)]


def _site() -> str:
    return urlsplit(origin()).hostname or ""
