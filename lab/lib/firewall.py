"""One nftables table per lab, rebuilt as a whole from what is broken now, so nothing lingers."""

from __future__ import annotations


from .processes import run


def apply(lab: dict, dropped: list[str], stale_secondary: bool) -> None:
    """Drops all traffic of the addresses in `dropped`; with `stale_secondary` also what passes
    between the two name servers, so that the secondary goes on answering from old data."""
    table = lab["nft_table"]
    rules = [f"ip daddr {a} counter drop" for a in dropped]
    rules += [f"ip saddr {a} counter drop" for a in dropped]
    if stale_secondary:
        primary, secondary = lab["dns"]["primary"], lab["dns"]["secondary"]
        rules += [f"ip saddr {secondary} ip daddr {primary} counter drop",
                  f"ip saddr {primary} ip daddr {secondary} counter drop"]
    if not rules:
        remove(lab)
        return
    body = "\n".join(rules)
    text = (f"table inet {table}\ndelete table inet {table}\ntable inet {table} {{\n"
            f"chain input {{\ntype filter hook input priority 0; policy accept;\n{body}\n}}\n}}\n")
    run(["nft", "-f", "-"], text=text, check="could not set the lab's firewall rules")


def remove(lab: dict) -> None:
    table = lab["nft_table"]
    text = f"table inet {table}\ndelete table inet {table}\n"
    run(["nft", "-f", "-"], text=text, check="could not remove the lab's firewall table")


def exists(lab: dict) -> bool:
    return run(["nft", "list", "table", "inet", lab["nft_table"]]).returncode == 0
