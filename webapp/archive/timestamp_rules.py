"""A timestamp (RFC 3161) under the bureau's signature: what is asked, and whether an answer holds. Pure."""

import re
from datetime import datetime

from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    Verifier,
    VerifierBuilder,
    decode_timestamp_response,
)

from webapp.canonical import sha256

AUTHORITY = "timestamp-authority.pem"
NAME = re.compile(r"timestamp-([0-9a-f]{64})\.tsr")
# An answer with its certificates has a few thousand bytes.
MAX_BYTES = 64 * 1024


class NoStamp(ValueError):
    """The answer is no timestamp of these bytes by this authority; says why, in the library's words."""


def file_name(response: bytes) -> str:
    """The name by which a timestamp lies in a package: no bit of it can change unseen, though no list names it."""
    return f"timestamp-{sha256(response)}.tsr"


def files(response: bytes, authority: str) -> dict[str, bytes]:
    """What goes into a package beside the signature."""
    return {file_name(response): response, AUTHORITY: authority.encode()}


class Question:
    """One request for the time, over `signed`: the bureau's raw signature."""

    def __init__(self, signed: bytes) -> None:
        self.signed = signed
        self._request = TimestampRequestBuilder().data(signed).hash_algorithm(HashAlgorithm.SHA256).build()

    @property
    def der(self) -> bytes:
        """What is sent."""
        return self._request.as_bytes()

    def answered(self, response: bytes, authority: str) -> datetime:
        """The time that the authority says. Raises `NoStamp`, also where the answer is not to this question."""
        return _checked(response, self.signed, VerifierBuilder.from_request(self._request), authority)


def stamped(response: bytes, signed: bytes, authority: str) -> datetime:
    """The time that stands in a kept timestamp of `signed`. Raises `NoStamp`.

    Held against the certificates as they were at that time: an authority's certificate ends long before the archive does.
    """
    return _checked(response, signed, VerifierBuilder(), authority)


def certificates(authority: str) -> list[Certificate]:
    """The authority's certificates as PEM, its root among them. Raises `NoStamp`."""
    if len(authority) > MAX_BYTES:
        raise NoStamp("certificates: too long")
    try:
        return load_pem_x509_certificates(authority.encode())
    except ValueError as error:
        raise NoStamp(f"certificates: {error}") from error


def _checked(response: bytes, signed: bytes, builder: VerifierBuilder, authority: str) -> datetime:
    if len(response) > MAX_BYTES:
        raise NoStamp("too long")
    roots = certificates(authority)
    try:
        return _time(decode_timestamp_response(response), signed, _verifier(builder, roots))
    except (KeyboardInterrupt, SystemExit):
        raise
    # The library's Rust panics over some bytes, and its panic is no `Exception`: a stranger's file must not end a worker.
    except BaseException as error:
        raise NoStamp(str(error) or type(error).__name__) from error


def _verifier(builder: VerifierBuilder, given: list[Certificate]) -> Verifier:
    for one in given:
        if one.issuer == one.subject:
            builder = builder.add_root_certificate(one)
        else:
            builder = builder.add_intermediate_certificate(one)
    return builder.build()


def _time(answer: TimeStampResponse, signed: bytes, verifier: Verifier) -> datetime:
    if not verifier.verify_message(answer, signed):
        raise VerificationError("not verified")
    return answer.tst_info.gen_time
