"""Web Push without a library: RFC 8291 (what is sent), RFC 8292 (who sends it), a connection that leads only outside."""

import base64
import ipaddress
import json
import os
import re
import socket
import ssl
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

# The services behind Chrome and Edge (Google, Microsoft), Firefox and Safari; a host or what ends with it.
HOSTS = ("fcm.googleapis.com", "push.services.mozilla.com", "notify.windows.com", "push.apple.com")
# Names that every resolver reads alike, and addresses of visible ASCII.
HOST_NAME, VISIBLE = re.compile(r"[a-z0-9.-]+"), re.compile(r"[!-~]+")
NAT64 = ipaddress.ip_network("64:ff9b::/96")
UNICAST = ipaddress.ip_network("2000::/3")
MAX_ENDPOINT = 1000
MAX_PAYLOAD = 3000
RECORD = 4096
SECONDS = 10
LIFE = 12 * 3600
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Target:
    """Where one phone is reached: an address given by its browser, and the keys that only it can read with."""

    endpoint: str
    p256dh: str
    auth: str


def endpoint_allowed(endpoint: str, hosts: tuple[str, ...] = HOSTS, *, loopback: bool = False) -> bool:
    """Whether this is an address of a push service; `loopback` lets tests have one of their own."""
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if loopback and parts.scheme == "http" and host == LOOPBACK:
        return True
    known = any(host == name or host.endswith(f".{name}") for name in hosts) and HOST_NAME.fullmatch(host)
    plain = parts.username is None and port in (None, 443) and VISIBLE.fullmatch(endpoint)
    return bool(parts.scheme == "https" and known and plain and len(endpoint) <= MAX_ENDPOINT)


def leads_outside(address: str) -> bool:
    """Whether an IP address is one of the public network, also by what an IPv6 one hides of an IPv4 one."""
    given = ipaddress.ip_address(address)
    if isinstance(given, ipaddress.IPv6Address):
        if given in NAT64:
            return leads_outside(str(ipaddress.IPv4Address(int(given) & 0xFFFF_FFFF)))
        if given not in UNICAST or given.sixtofour or given.teredo:
            return False
    return given.is_global and not given.is_multicast


def keys_valid(p256dh: str, auth: str) -> bool:
    """Whether these are the keys of a subscription: a point on P-256 and sixteen bytes."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(p256dh))
        return len(decode(auth)) == 16
    except (ValueError, InvalidKey):
        return False


def encrypt(
    payload: bytes, target: Target, key: ec.EllipticCurvePrivateKey | None = None, salt: bytes | None = None
) -> bytes:
    """The message as only the subscribed browser can read it (RFC 8291, `aes128gcm`, one record)."""
    if len(payload) > MAX_PAYLOAD:
        raise ValueError("the payload is too long for a push")
    theirs = decode(target.p256dh)
    key, salt = key or ec.generate_private_key(ec.SECP256R1()), salt or os.urandom(16)
    ours = point(key)
    receiver = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
    shared = key.exchange(ec.ECDH(), receiver)
    secret = _derive(shared, decode(target.auth), b"WebPush: info\0" + theirs + ours, 32)
    content = AESGCM(_derive(secret, salt, b"Content-Encoding: aes128gcm\0", 16))
    nonce = _derive(secret, salt, b"Content-Encoding: nonce\0", 12)
    header = salt + RECORD.to_bytes(4, "big") + bytes([len(ours)]) + ours
    return header + content.encrypt(nonce, payload + b"\x02", None)


def vapid(endpoint: str, key: ec.EllipticCurvePrivateKey, contact: str, time: int) -> str:
    """The `Authorization` by which the push service knows who sends (RFC 8292); `time` in seconds since 1970."""
    parts = urlsplit(endpoint)
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": time + LIFE, "sub": contact}
    signed = ".".join(encode(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(SHA256())))
    signature = encode(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"vapid t={signed}.{signature}, k={encode(point(key))}"


def post(endpoint: str, body: bytes, authorization: str, *, loopback: bool = False) -> int:
    """Hand a message to the push service: its status, 0 where it was not reached. Follows no redirect."""
    headers = {
        "Authorization": authorization,
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(LIFE),
        "Urgency": "normal",
    }
    parts = urlsplit(endpoint)
    try:
        connection = _connection(parts.scheme, parts.hostname or "", parts.port, loopback)
        try:
            path = parts.path or "/"
            connection.request("POST", f"{path}?{parts.query}" if parts.query else path, body, headers)
            return connection.getresponse().status
        finally:
            connection.close()
    except (OSError, HTTPException):
        return 0


def point(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public half as browsers take it: 65 bytes."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def encode(data: bytes) -> str:
    """Base64 for addresses, without the padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """The bytes behind `encode`. Raises `ValueError`."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)


def _connection(scheme: str, host: str, port: int | None, loopback: bool) -> HTTPConnection:
    if loopback and scheme == "http" and host == LOOPBACK:
        return HTTPConnection(host, port, timeout=SECONDS)
    return _Outside(host, port, timeout=SECONDS, context=ssl.create_default_context())


class _Outside(HTTPSConnection):
    """Looks the name up once and connects to what it found: a name that leads inside is not followed."""

    def connect(self) -> None:
        found: list[Any] = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        address = found[0][4][0]
        if not all(leads_outside(str(one[4][0])) for one in found):
            raise OSError(f"{self.host} is no public address")
        plain = socket.create_connection((address, self.port), self.timeout)
        self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)
