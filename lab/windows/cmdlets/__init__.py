"""The cmdlets of the runbooks, on the model of the organisation."""

from . import sites  # noqa: F401
from .registry import ALL

__all__ = ["ALL"]
