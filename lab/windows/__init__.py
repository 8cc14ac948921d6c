"""The Windows side of the lab: every Windows host of the organisation, in one process."""
