"""The double alone, for tests of remoting: own CA, own passwords, free ports on 127.0.0.1."""

import datetime
import ipaddress
import os
import secrets
import socket

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from .world import Host


def make_pki(folder: str, hosts: list[Host]) -> str:
    """A CA and a server certificate for each host; returns the CA's file."""
    os.makedirs(folder, exist_ok=True)
    ca_key = ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Windows double CA")])
    ca = (
        _builder(ca_name, ca_name, ca_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(False, False, False, False, False, True, True, False, False),
            critical=True,
        )
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key()), critical=False
        )
        .sign(ca_key, hashes.SHA256())
    )
    for host in hosts:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host.fqdn)])
        names: list[x509.GeneralName] = [x509.DNSName(host.fqdn), x509.DNSName("localhost")]
        names.append(x509.IPAddress(ipaddress.ip_address(host.address)))
        leaf = (
            _builder(name, ca_name, key.public_key())
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()),
                critical=False,
            )
            .sign(ca_key, hashes.SHA256())
        )
        _write(os.path.join(folder, f"wsman-{host.short}.crt"), leaf.public_bytes(_PEM))
        _write(
            os.path.join(folder, f"wsman-{host.short}.key"),
            key.private_bytes(
                _PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ),
        )
    path = os.path.join(folder, "ca.crt")
    _write(path, ca.public_bytes(_PEM))
    return path


_PEM = serialization.Encoding.PEM


def _builder(subject: x509.Name, issuer: x509.Name, key) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.timezone.utc)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=365))
    )


def _write(path: str, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)


def assign(hosts: list[Host], port_base: int | None) -> None:
    """Addresses and ports: 127.0.0.1, from `port_base` upwards or free ones; new passwords."""
    edge, frontend = secrets.token_hex(12), secrets.token_hex(12)
    for index, host in enumerate(hosts):
        host.address = "127.0.0.1"
        host.password = edge if host.role == "edge" else frontend
        if port_base is not None:
            host.port = port_base + index
            continue
        # Bound for as long as the host exists, but never listening: nobody else gets the port before
        # the endpoint listens or while the host is down, and a dead host refuses.
        claim = socket.socket()
        claim.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        claim.bind((host.address, 0))
        host.claim = claim
        host.port = claim.getsockname()[1]


def describe(hosts: list[Host], ca: str, state: str) -> dict:
    """What a test needs to know, as one JSON line."""
    return {
        "ready": True,
        "ca": ca,
        "state": state,
        "socket": os.path.join(state, "windows.sock"),
        "endpoints": [
            {
                "server": h.fqdn,
                "short": h.short,
                "role": h.role,
                "pool": h.pool,
                "url": f"https://{h.address}:{h.port}/wsman",
                "host": h.address,
                "port": h.port,
                "user": h.user,
                "password": h.password,
            }
            for h in hosts
        ],
    }
