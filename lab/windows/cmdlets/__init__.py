"""The cmdlets of the runbooks, on the model of the organisation."""

# Importing a module registers its cmdlets.
from . import associations, certificates, dns_server, network, partner, replication, services
from . import setup, shell, sites, topology, windows_services
from .registry import ALL

__all__ = ["ALL", "associations", "certificates", "dns_server", "network", "partner"]
__all__ += ["replication", "services", "setup", "shell", "sites", "topology", "windows_services"]
