/// The right to enable the topology, as Active Directory grants it (runbooks, "rights").
///
/// By default only domain administrators have it; members of RTCUniversalServerAdmins get it per
/// container of computers (domain facts, section 7). A trial with `-WhatIf` does not show it.
extension Preflight {
    /// Containers without the permission.
    var setupPermissions: [PreflightBlocker] {
        snapshot.setupPermissions.filter { $0.isGranted == false }.map { reading in
            let detail = reading.detail.isEmpty ? "" : ": \(reading.detail)"
            return PreflightBlocker(
                check: "rights",
                sentence:
                    "Enable-CsTopology will be refused: RTCUniversalServerAdmins lacks the setup"
                    + " permission on \(reading.container)\(detail)",
                readFrom: "Test-CsSetupPermission at \(snapshot.endpoint)",
                clearedBy: "as a domain administrator: Grant-CsSetupPermission -ComputerOU"
                    + " \(PowerShellCommand.quoted(reading.container)); or, if the agent's account is"
                    + " a domain administrator, take it out of management.computer_ous"
            )
        }
    }

    /// Containers of which the test did not tell; the topology may be enabled all the same.
    var untoldSetupPermissions: [String] {
        snapshot.setupPermissions.filter { $0.isGranted == nil }.map {
            "the setup permission on \($0.container) could not be tested: \($0.detail)"
        }
    }
}
