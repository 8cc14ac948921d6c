"""The cmdlets of the runbooks, on the model of the organisation."""

# Importing a module registers its cmdlets.
from . import associations, certificates, partner, replication, services, shell, sites
from . import topology, windows_services
from .registry import ALL

__all__ = ["ALL", "associations", "certificates", "partner", "replication", "services", "shell"]
__all__ += ["sites", "topology", "windows_services"]
