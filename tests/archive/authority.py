"""A timestamp authority of the tests' own: `openssl ts` behind HTTP on this machine, with certificates of any term."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CONFIGURATION = """\
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/signer.pem
signer_key = {folder}/signer.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


class Authority:
    """Its `certificates` are what a bureau is given; `answer(question)` signs the time; `mood` is how it behaves."""

    def __init__(self, folder: Path, valid: timedelta) -> None:
        self.folder, self.mood, self.asked = folder, "well", 0
        self.visits: list[str] = []
        folder.mkdir(parents=True, exist_ok=True)
        ends = datetime.now(UTC) + valid
        root_key, signer_key = (
            ec.generate_private_key(ec.SECP256R1()),
            ec.generate_private_key(ec.SECP256R1()),
        )
        root = _certificate(
            "Root of the tests", root_key, "Root of the tests", root_key, ends, is_authority=True
        )
        signer = _certificate("Clock of the tests", signer_key, "Root of the tests", root_key, ends)
        (folder / "root.pem").write_bytes(root.public_bytes(serialization.Encoding.PEM))
        (folder / "signer.pem").write_bytes(signer.public_bytes(serialization.Encoding.PEM))
        (folder / "signer.key").write_bytes(
            signer_key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(CONFIGURATION.format(folder=folder))
        self._lock = threading.Lock()

    @property
    def certificates(self) -> Path:
        return self.folder / "root.pem"

    def answer(self, question: bytes) -> bytes:
        """`openssl ts -reply`."""
        with self._lock:
            self.asked += 1
            (self.folder / "question.tsq").write_bytes(question)
            words = "openssl ts -reply -config tsa.cnf -queryfile question.tsq -out answer.tsr".split()
            subprocess.run(words, cwd=self.folder, check=True, capture_output=True)
            return (self.folder / "answer.tsr").read_bytes()


@contextmanager
def served(authority: Authority) -> Iterator[str]:
    """The authority's address, while it answers."""

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.headers["Content-Type"] == "application/timestamp-query"
            if authority.mood == "down":
                self.send_error(503)
                return
            if authority.mood == "elsewhere":
                self.send_response(302)
                self.send_header("Location", "/inside")
                self.end_headers()
                return
            answer = b"<html>Wi-Fi</html>" if authority.mood == "gate" else authority.answer(question)
            if authority.mood == "replays":
                answer = (authority.folder / "older.tsr").read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(answer)

        def do_GET(self) -> None:
            authority.visits.append(self.path)
            self.send_error(404)

        def log_message(self, *_words: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    ends: datetime,
    is_authority: bool = False,
) -> x509.Certificate:
    began = datetime.now(UTC) - timedelta(days=1)
    subject, by = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one)]) for one in (name, issuer))
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(by).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(began).not_valid_after(ends)
    builder = builder.add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
    if not is_authority:
        stamping = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(stamping, critical=True)
    return builder.sign(issuer_key, hashes.SHA256())
