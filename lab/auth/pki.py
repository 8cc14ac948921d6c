"""A certificate authority, a server's certificate for localhost, and a client's."""

import os

from .processes import run, write


def make_pki(folder: str) -> None:
    """Writes ca.crt, server.crt, client.crt, stranger.crt and their keys."""
    for name, subject in (("ca", "Test bed CA"), ("other", "Stranger CA")):
        _key(folder, name)
        run(
            *("openssl", "req", "-x509", "-new", "-key", f"{folder}/{name}.key", "-days", "2"),
            *("-subj", f"/CN={subject}", "-out", f"{folder}/{name}.crt"),
        )
    _leaf(folder, "server", "ca", "DNS:localhost,IP:127.0.0.1", "serverAuth")
    # Windows maps a client's certificate by this name to a local account.
    upn = "otherName:1.3.6.1.4.1.311.20.2.3;UTF8:edgewarden@localhost"
    _leaf(folder, "client", "ca", upn, "clientAuth")
    _leaf(folder, "stranger", "other", upn, "clientAuth")


def _key(folder: str, name: str) -> None:
    run(
        *("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout"),
        *("-out", f"{folder}/{name}.key"),
    )
    os.chmod(f"{folder}/{name}.key", 0o600)


def _leaf(folder: str, name: str, authority: str, names: str, usage: str) -> None:
    _key(folder, name)
    base = f"{folder}/{name}"
    run(
        *("openssl", "req", "-new", "-key", f"{base}.key"),
        *("-subj", f"/CN={name}", "-out", f"{base}.csr"),
    )
    write(f"{base}.ext", f"subjectAltName={names}\nextendedKeyUsage={usage}\n")
    run(
        *("openssl", "x509", "-req", "-in", f"{base}.csr", "-days", "2"),
        *("-CA", f"{folder}/{authority}.crt", "-CAkey", f"{folder}/{authority}.key"),
        *("-set_serial", str(int.from_bytes(os.urandom(8)))),
        *("-extfile", f"{base}.ext", "-out", f"{base}.crt"),
    )
