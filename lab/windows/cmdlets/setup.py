"""Invoke-EdgewardenSetup: the Edge kit's function that runs Setup (Bootstrapper.exe)."""

from ..psrp.objects import Record
from .registry import cmdlet


@cmdlet(
    "Invoke-EdgewardenSetup",
    "Invoke-EdgewardenSetup",
    roles=("edge",),
    module="EdgewardenKit",
)
def invoke_setup(call) -> None:
    """Installs what the server's replica asks for. A failed Setup is a result, not an error."""
    server = call.host.fqdn
    code, said = call.world.setup.run(server)
    call.effect(f"{call.host.short} Setup, exit code {code}: {said}")
    stamp = call.world.clock.now().strftime("%Y_%m_%d_%H_%M_%S")
    call.output(
        Record(
            ["System.Management.Automation.PSCustomObject"],
            {
                "ExitCode": code,
                "LogFile": f"C:\\Windows\\Temp\\Bootstrapper-{stamp}.html",
                "ProductVersion": call.world.product_version(server),
            },
            selected=True,
        )
    )
