"""The double, driven by pypsrp."""
