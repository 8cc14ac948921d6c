import FailoverCore
import Testing

/// The commands that change a zone of a Windows DNS server.
@Suite
struct NameServerCommandsTests {
    private static let zone = name("contoso.com")
    private static let service = RecordData.service(
        ServiceRecord(priority: 1, weight: 2, port: 5061, target: name("sip.contoso.com"))
    )

    @Test(arguments: [
        (RecordData.address(address("192.0.2.1")), "-A -IPv4Address '192.0.2.1'"),
        (.address(address("2001:db8::1")), "-AAAA -IPv6Address '2001:db8::1'"),
        (
            service,
            "-Srv -DomainName 'sip.contoso.com.' -Priority 1 -Weight 2 -Port 5061"
        ),
    ])
    func `a record is added under its relative name`(data: RecordData, words: String) throws {
        func command(_ whatIf: Bool) -> PowerShellCommand? {
            .addRecord(data, at: name("a.contoso.com"), in: Self.zone, ttl: 300, whatIf: whatIf)
        }
        let text =
            "Add-DnsServerResourceRecord -ZoneName 'contoso.com' -Name 'a' \(words)"
            + " -TimeToLive '00:05:00'"
        #expect(command(false)?.description == text)
        #expect(command(true)?.description == text + " -WhatIf")
    }

    @Test(arguments: [
        (RecordData.address(address("192.0.2.1")), "-RRType 'A' -RecordData '192.0.2.1'"),
        (.address(address("2001:db8::1")), "-RRType 'AAAA' -RecordData '2001:db8::1'"),
        (service, "-RRType 'SRV' -RecordData '1', '2', '5061', 'sip.contoso.com.'"),
    ])
    func `one record is removed, and nobody is asked back`(data: RecordData, words: String) {
        let command = PowerShellCommand.removeRecord(data, at: Self.zone, in: Self.zone)
        #expect(
            command?.description
                == "Remove-DnsServerResourceRecord -ZoneName 'contoso.com' -Name '@' \(words) -Force"
        )
    }

    @Test(arguments: [RecordData.host(name("a.contoso.com")), .serial(1)])
    func `what runs never change has no command`(data: RecordData) {
        let owner = name("a.contoso.com")
        #expect(PowerShellCommand.addRecord(data, at: owner, in: Self.zone, ttl: 1) == nil)
        #expect(PowerShellCommand.removeRecord(data, at: owner, in: Self.zone) == nil)
    }
}
