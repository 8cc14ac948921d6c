"""What tests do to the double: faults, switches, the log of calls, the control socket."""
