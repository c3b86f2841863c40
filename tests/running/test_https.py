"""`bulou serve --tls-cert --tls-key`: the desk and the phone's app over HTTPS, and no cookie in the clear."""

from __future__ import annotations

import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPException, HTTPMessage
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.contrib.staticfiles import finders

from tests.conftest import PATIENCE
from tests.running.test_serve import free_port, wait_until

HERE = "127.0.0.1"


def certified(folder: Path) -> tuple[Path, Path]:
    """A certificate of this machine's own, and its key, as PEM files."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HERE)])
    cert = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HERE))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    files = folder / "chain.pem", folder / "key.pem"
    files[0].write_bytes(cert.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return files


class Server:
    def __init__(self, port: int, cert: Path) -> None:
        self.port, self.trusts = port, ssl.create_default_context(cafile=cert)

    def get(self, path: str) -> tuple[int, HTTPMessage]:
        """The status of a page, 0 when nobody listens, and its head. Only this certificate is trusted."""
        try:
            with urllib.request.urlopen(
                f"https://{HERE}:{self.port}{path}", timeout=PATIENCE, context=self.trusts
            ) as answer:
                return int(answer.status), answer.headers
        except OSError:
            return 0, HTTPMessage()


@pytest.fixture
def served(home: dict[str, str], tmp_path: Path) -> Iterator[Server]:
    cert, key = certified(tmp_path)
    one = Server(free_port(), cert)
    command = [sys.executable, "-m", "bulou.cli", "serve", "--port", str(one.port)]
    with (tmp_path / "words").open("wb") as words:
        server = subprocess.Popen([*command, "--tls-cert", cert, "--tls-key", key], env=home, stderr=words)
        try:
            assert wait_until(lambda: one.get("/healthz")[0], 200) == 200, (tmp_path / "words").read_text()
            yield one
        finally:
            server.terminate()
            server.wait(PATIENCE)


@pytest.mark.empty
def test_the_desk_and_the_phone_answer_over_https_with_cookies_that_never_go_in_the_clear(
    served: Server, tmp_path: Path
) -> None:
    if finders.find("field/sw.js") is None:
        pytest.skip("the phone app is not built (script/install)")
    assert f"https://localhost:{served.port}/" in (tmp_path / "words").read_text()
    for page in ("/field/", "/field/sw.js", "/static/field/icon.svg"):
        assert served.get(page)[0] == 200, page
    status, head = served.get("/sign-in/")
    cookies = head.get_all("Set-Cookie") or []
    assert status == 200 and cookies and all("secure" in one.lower() for one in cookies)
    with pytest.raises(OSError, match=r"(?i)certificate.verify.failed"):
        urllib.request.urlopen(f"https://{HERE}:{served.port}/healthz", timeout=PATIENCE)
    with pytest.raises((OSError, HTTPException)):  # and nothing answers in the clear
        urllib.request.urlopen(f"http://{HERE}:{served.port}/healthz", timeout=5)
