"""The product generations: what their builds, services and cmdlets are called, what they lack."""

import dataclasses

from ..psrp.binding import Cmdlet


@dataclasses.dataclass(frozen=True)
class Product:
    """One generation."""

    name: str
    # ProductVersion in the replication status, Version in Get-CsService.
    build: str
    service_version: int
    # The word in services' display names, and the PowerShell module.
    title: str
    module: str
    # Whether Edge pools have XMPP, and Set-CsSite its parameter (2019's has it all the same).
    xmpp: bool
    xmpp_parameters: bool = True
    lacks: tuple[str, ...] = ()

    def shown(self, cmdlet: Cmdlet) -> Cmdlet | None:
        """The cmdlet as this generation has it."""
        if cmdlet.name in self.lacks:
            return None
        if cmdlet.module != "SkypeForBusiness":
            return cmdlet
        parameters = cmdlet.parameters
        if not self.xmpp_parameters:
            parameters = tuple(p for p in parameters if not p.name.startswith("Xmpp"))
        if parameters == cmdlet.parameters and self.module == cmdlet.module:
            return cmdlet
        return dataclasses.replace(cmdlet, module=self.module, parameters=parameters)


_SFB = "Skype for Business Server"
_LYNC = "Lync Server"
PRODUCTS = {
    p.name: p
    for p in [
        Product(
            "lync2010", "4.0.7577.0", 5, _LYNC, "Lync", False, False,
            ("Invoke-CsManagementServerFailover",),
        ),
        Product("lync2013", "5.0.8308.0", 6, _LYNC, "Lync", True),
        Product("sfb2015", "6.0.9319.0", 7, _SFB, "SkypeForBusiness", True),
        Product("sfb2019", "7.0.2046.0", 8, _SFB, "SkypeForBusiness", False),
        # Its build was not found anywhere; only that it is later than 2019's.
        Product("sfbse", "8.0.1.0", 8, _SFB, "SkypeForBusiness", False),
    ]
}  # fmt: skip


def apply(world, product: Product, pool: str | None = None) -> None:
    """Makes the estate, or one pool of it, that generation. Endpoints speak as the estate does."""
    with world.lock:
        store = world.store
        for service in store["services"].values():
            if pool is not None and service["pool"] != pool:
                continue
            service["version"] = product.service_version
            if service["role"] == "EdgeServer":
                ports = world.layout["ports"]
                service["xmppListeningPort"] = ports["xmpp"] if product.xmpp else None
                service["xmppInternalPort"] = 23456 if product.xmpp else None
        for name, members in ((n, p["members"]) for n, p in store["pools"].items()):
            for member in members:
                if pool is None:
                    world.product_versions.pop(member, None)
                elif name == pool:
                    world.product_versions[member] = product.build
        if pool is None:
            world.product = product
            if not product.xmpp_parameters:
                for site in store["sites"].values():
                    site["xmppFederationRoute"] = None
        world.replication.publish(store)
