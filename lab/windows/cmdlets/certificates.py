"""Get-CsCertificate: the certificates of a server, read from what it really shows."""

import os

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from ..psrp.binding import Parameter
from ..psrp.objects import EnumValue, Record
from .registry import REPORT, cmdlet

DEPLOYMENT = "Microsoft.Rtc.Management.Deployment"
EDGE_USES = ("AccessEdgeExternal", "DataEdgeExternal", "AudioVideoAuthentication", "Internal")
FRONT_END_USES = ("Default", "WebServicesInternal", "WebServicesExternal")
ALL_USES = (*EDGE_USES, *FRONT_END_USES)


@cmdlet(
    "Get-CsCertificate",
    f"{DEPLOYMENT}.GetCertificateCmdlet",
    [
        Parameter("Identity", position=0),
        Parameter("Type", "strings"),
        Parameter("NetportId"),
        REPORT,
    ],
)
def get_certificate(call) -> None:
    """One object per use."""
    uses = EDGE_USES if call.host.role == "edge" else FRONT_END_USES
    if call["Type"]:
        wanted = [part.strip().lower() for t in call["Type"] for part in t.split(",")]
        uses = tuple(u for u in uses if u.lower() in wanted)
    for use in uses:
        path = _file(call, use)
        if path is not None:
            call.output(_reference(call, use, path))


def _file(call, use: str) -> str | None:
    """The file of the certificate that a server uses; the lab says which it shows now."""
    world, host = call.world, call.host
    pool = host.pool.split(".")[0]
    if host.role == "frontend":
        names = [host.short, f"wsman-{host.short}"]
    elif use == "Internal":
        names = [f"{pool}-internal", f"wsman-{host.short}"]
    else:
        names = [_shown(world, host) or pool, f"wsman-{host.short}"]
    for name in names:
        path = os.path.join(world.layout["pki"], f"{name}.crt")
        if os.path.exists(path):
            return path
    return None


def _shown(world, host) -> str | None:
    if world.lab is None:
        return None
    from lib import layout as lab_layout
    from lib import settings

    return settings.certificate(world.layout, lab_layout.server(world.layout, host.fqdn))


def _reference(call, use: str, path: str) -> Record:
    with open(path, "rb") as file:
        certificate = x509.load_pem_x509_certificate(file.read())
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        alternatives = names.value.get_values_for_type(x509.DNSName)
    except x509.ExtensionNotFound:
        alternatives = []

    def date_time(moment):
        return call.world.clock.date_time(moment, exact=True)

    begun = certificate.not_valid_before_utc
    return Record(
        [f"{DEPLOYMENT}.CertificateReference"],
        {
            "Issuer": certificate.issuer.rfc4514_string(),
            "NotAfter": date_time(certificate.not_valid_after_utc),
            "NotBefore": date_time(begun),
            "SerialNumber": f"{certificate.serial_number:X}",
            "Subject": certificate.subject.rfc4514_string(),
            "AlternativeNames": list(alternatives),
            "Thumbprint": certificate.fingerprint(hashes.SHA1()).hex().upper(),
            "EffectiveDate": date_time(begun),
            "PreviousThumbprint": "",
            "UpdateTime": None,
            "Use": EnumValue(f"{DEPLOYMENT}.CertType", use, ALL_USES.index(use)),
            "SourceScope": EnumValue(f"{DEPLOYMENT}.ScopeType", "Service", 2),
        },
    )
