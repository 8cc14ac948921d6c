"""The cmdlets of the runbooks, on the model of the organisation."""

# Importing a module registers its cmdlets.
from . import associations, certificates, dns_server, domains, names, network, partner
from . import replication, services, setup, shell, sites, topology, windows_services
from .registry import ALL

__all__ = ["ALL", "associations", "certificates", "dns_server", "domains", "names", "network"]
__all__ += ["partner", "replication", "services", "setup", "shell", "sites", "topology"]
__all__ += ["windows_services"]
