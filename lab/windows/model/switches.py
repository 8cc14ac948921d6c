"""What nobody has seen on a real server yet: questions (a) to (h), each with its answers."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Switch:
    """One open question: its letter, what is asked, the plausible answers, the first the default.

    `open` switches take any other word too (a service's name).
    """

    letter: str
    question: str
    answers: tuple[str, ...]
    open: bool = False


SWITCHES = {
    s.letter: s
    for s in [
        Switch(
            "a",
            "AccessEdgeExternalSipPort of a pool whose federation flag is off",
            ("null", "zero", "empty", "absent", "unchanged"),
        ),
        Switch(
            "a-set",
            "Set-CsEdgeServer -AccessEdgeExternalSipPort on such a pool",
            ("refused", "creates", "ignored"),
        ),
        Switch(
            "b",
            "what Set-Cs* does before Enable-CsTopology",
            ("needs-enable", "immediate"),
        ),
        Switch(
            "b-enable",
            "Enable-CsTopology when nothing changed",
            ("no-update", "new-update"),
        ),
        Switch(
            "c",
            "values that clear a route",
            ("both", "null", "empty", "neither"),
        ),
        Switch(
            "d",
            "the Edge pool in Get-CsService of Registrar, ConferencingServer, MediationServer",
            ("identity", "fqdn", "renamed", "absent"),
        ),
        Switch(
            "e",
            "5061 handshake without a client certificate (lab/edge-tls sets the real servers)",
            ("require", "optional"),
        ),
        Switch(
            "f",
            "5269's answer to a stream header (Prosody's; only recorded here)",
            ("stream",),
        ),
        Switch(
            "g",
            "short name of the Edge's XMPP Translating Gateway Proxy",
            ("RTCXMPPTGWPROXY", "RTCXMPPTGW", "XMPPPROXY", "missing"),
            open=True,
        ),
        Switch(
            "h",
            "cmdlets that the remote endpoint hides",
            ("none", "set-site", "set-registrar", "enable-topology", "all-changes"),
        ),
        Switch(
            "confirm",
            "whether cmdlets that change something ask unless -Confirm:$false is given",
            ("never", "always"),
        ),
        Switch(
            "cms",
            "-CentralManagementStoreStatus while the store's pool is dead",
            ("empty", "error"),
        ),
        Switch(
            "setup",
            "whether setup permission was delegated to the account (Test-CsSetupPermission)",
            ("granted", "missing"),
        ),
        Switch(
            "setup-output",
            "what Test-CsSetupPermission puts out",
            ("task", "boolean"),
        ),
        Switch(
            "listener",
            "whether a federation listener that was enabled anew needs Setup on its servers",
            ("setup", "at-once"),
        ),
        Switch(
            "parameter",
            "Get-Command -ParameterName of a command without that parameter",
            ("nothing", "error"),
        ),
        Switch(
            "identity",
            "how a site's Identity is printed",
            ("prefixed", "bare"),
        ),
    ]
}


class Switches:
    """The answers in force."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}

    def __getitem__(self, letter: str) -> str:
        return self._values.get(letter, SWITCHES[letter].answers[0])

    def set(self, letter: str, value: str) -> None:
        """Chooses an answer; KeyError or ValueError says what there is."""
        switch = SWITCHES.get(letter)
        if switch is None:
            raise KeyError(f"no switch '{letter}'; there are {', '.join(SWITCHES)}")
        if value not in switch.answers and not switch.open:
            raise ValueError(f"{letter} is one of {', '.join(switch.answers)}")
        self._values[letter] = value

    def reset(self) -> None:
        """Every answer at its default."""
        self._values.clear()

    def all(self) -> dict[str, str]:
        """Every letter with its answer."""
        return {letter: self[letter] for letter in SWITCHES}
