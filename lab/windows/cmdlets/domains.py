"""Get-CsSipDomain: the SIP domains of the organisation."""

from ..psrp.binding import Parameter
from ..psrp.objects import Record
from .registry import cmdlet, identity
from .store import LOCAL_STORE, XDS, read_store


@cmdlet(
    "Get-CsSipDomain",
    f"{XDS}.GetSipDomainCmdlet",
    [identity(sets=("Identity",)), Parameter("Filter", sets=("Filter",)), LOCAL_STORE],
)
def get_sip_domain(call) -> None:
    """Every domain; one of them is the default."""
    read_store(call)
    name = call.world.layout["domain"]
    wanted = call["Identity"]
    if wanted is not None and wanted.lower() != name.lower():
        return
    call.output(
        Record(
            ["Microsoft.Rtc.Management.WritableConfig.Settings.SipDomain.SipDomain"],
            {"Identity": name, "Name": name, "IsDefault": True},
        )
    )
