"""The lab's certificate authority and every certificate made from it, once per state folder.

Names of the files in the `pki` folder (each NAME.crt and NAME.key, PEM):
  ca, rogue-ca              the lab's authority, and one that nobody trusts
  edgepool1, edgepool2      external certificates of the pools (sip, sip2, xmpp, contoso.test)
  edgepool1-internal, …     what their internal interfaces show to the Front Ends
  edgepool1-expired, …      the same names, but expired / not yet valid / expiring in five days /
    -notyet -soon -wrongname -untrusted     for another domain / signed by the rogue authority
  fe11, fe21                the Front Ends' SIP certificates
  wsman-SHORTNAME           WSMan (HTTPS) certificate of a Front End, an Edge or the DNS server
  partner, agent            the partner's, and the agent's own client certificate
"""

from __future__ import annotations

import datetime
import ipaddress
import os

from .layout import DOMAIN, INTERNAL_DOMAIN, PARTNER_DOMAIN

FAULTS = ("expired", "notyet", "soon", "wrongname", "untrusted")


def create(lab: dict) -> bool:
    """Makes all certificates, unless this state folder has them already; True when it made them."""
    folder = lab["pki"]
    done = os.path.join(folder, "complete")
    if os.path.exists(done):
        return False
    os.makedirs(folder, mode=0o755, exist_ok=True)
    authority = _Authority(folder, "ca", "Edgewarden Lab CA")
    rogue = _Authority(folder, "rogue-ca", "Nobody's CA")
    for pool in lab["pools"]:
        if pool["role"] == "edge":
            _edge_pool(pool, authority, rogue)
    for server in lab["servers"]:
        names = [server["fqdn"], server["short"]]
        authority.issue(f"wsman-{server['short']}", names, [server["internal"]])
        if server["role"] == "frontend":
            authority.issue(server["short"], [server["fqdn"], server["pool"]],
                            [server["internal"]])
    management = lab["dns"]["management"]
    authority.issue(f"wsman-{management['short']}", [management["fqdn"], management["short"]],
                    [management["internal"]])
    authority.issue("partner", [f"sip.{PARTNER_DOMAIN}", PARTNER_DOMAIN, f"xmpp.{PARTNER_DOMAIN}"])
    authority.issue("agent", [f"agent.{DOMAIN}", f"agent.{INTERNAL_DOMAIN}"])
    open(done, "w").close()
    return True


def external_names(pool: dict) -> list[str]:
    """Both pools carry both Access Edge names, so that either may stand behind `sip.`."""
    return list(dict.fromkeys([pool["access_fqdn"], f"sip.{DOMAIN}", f"sip2.{DOMAIN}",
                               f"xmpp.{DOMAIN}", DOMAIN]))


def _edge_pool(pool: dict, authority: "_Authority", rogue: "_Authority") -> None:
    short, names = pool["short"], external_names(pool)
    day = datetime.timedelta(days=1)
    now = datetime.datetime.now(datetime.timezone.utc)
    authority.issue(short, names)
    authority.issue(f"{short}-internal", [pool["fqdn"], *pool["members"]])
    authority.issue(f"{short}-expired", names, begin=now - 400 * day, end=now - 2 * day)
    authority.issue(f"{short}-notyet", names, begin=now + 300 * day, end=now + 700 * day)
    authority.issue(f"{short}-soon", names, begin=now - 300 * day, end=now + 5 * day)
    authority.issue(f"{short}-wrongname", ["sip.other.test", "other.test"])
    rogue.issue(f"{short}-untrusted", names)


class _Authority:
    """A certificate authority with ECDSA P-256 keys."""

    def __init__(self, folder: str, name: str, common_name: str):
        from cryptography import x509
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.x509.oid import NameOID

        self.folder, self.key = folder, ec.generate_private_key(ec.SECP256R1())
        self.subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
        now = datetime.datetime.now(datetime.timezone.utc)
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        builder = (self._builder(self.subject, self.key, now - datetime.timedelta(days=500),
                                 now + datetime.timedelta(days=3650))
                   .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
                   .add_extension(usage, critical=True))
        self._write(name, self._sign(builder), self.key)

    def issue(self, name: str, names: list[str], addresses: list[str] = (), begin=None,
              end=None) -> None:
        """Signs a certificate for client and server use, whose subject is the first of `names`."""
        from cryptography import x509
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

        now = datetime.datetime.now(datetime.timezone.utc)
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
        alternatives = [x509.DNSName(n) for n in names]
        alternatives += [x509.IPAddress(ipaddress.ip_address(a)) for a in addresses]
        usage = x509.KeyUsage(True, False, True, False, False, False, False, False, False)
        builder = (self._builder(subject, key, begin or now - datetime.timedelta(days=1),
                                 end or now + datetime.timedelta(days=825))
                   .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
                   .add_extension(usage, critical=True)
                   .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH,
                                                         ExtendedKeyUsageOID.CLIENT_AUTH]),
                                  critical=False)
                   .add_extension(x509.SubjectAlternativeName(alternatives), critical=False))
        self._write(name, self._sign(builder), key)

    def _builder(self, subject, key, begin, end):
        from cryptography import x509
        return (x509.CertificateBuilder().subject_name(subject).issuer_name(self.subject)
                .public_key(key.public_key()).serial_number(x509.random_serial_number())
                .not_valid_before(begin).not_valid_after(end)
                .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
                .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(
                    self.key.public_key()), False))

    def _sign(self, builder):
        from cryptography.hazmat.primitives import hashes
        return builder.sign(self.key, hashes.SHA256())

    def _write(self, name: str, certificate, key) -> None:
        from cryptography.hazmat.primitives import serialization as s
        pem = key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption())
        for suffix, data in (("crt", certificate.public_bytes(s.Encoding.PEM)), ("key", pem)):
            path = os.path.join(self.folder, f"{name}.{suffix}")
            with open(path, "wb", opener=lambda p, f: os.open(p, f, 0o600)) as file:
                file.write(data)
            os.chmod(path, 0o644 if suffix == "crt" else 0o600)
