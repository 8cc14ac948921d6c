import FailoverCore
import PSRP
import Testing

@testable import PowerShellRemoting

/// Outputs in the shapes in which Windows serializes what the runbooks read: names from
/// Microsoft's documentation and from published outputs, nesting as .NET's serializer has it.
@Suite("Outputs in their real shapes")
struct RealShapesTests {
    private func object(_ clixml: String) throws -> ManagementObject {
        ManagementObject(try CLIXMLValue(clixml: Array(clixml.utf8)))
    }

    @Test
    func `a site: identities are objects that show their text`() throws {
        let site = try object(
            """
            <Obj RefId="0"><TN RefId="0"><T>Deserialized.Microsoft.Rtc.Management.Xds.DisplaySite</T>\
            <T>Deserialized.System.Object</T></TN><ToString>Site:Redmond</ToString><Props>\
            <Obj N="Identity" RefId="1"><TN RefId="1">\
            <T>Deserialized.Microsoft.Rtc.Management.Xds.XdsIdentity</T></TN>\
            <ToString>Site:Redmond</ToString></Obj><U16 N="SiteId">1</U16>\
            <Obj N="Services" RefId="2"><TN RefId="2"><T>System.String[]</T></TN><LST>\
            <S>UserServer:fepool1.contoso.net</S><Obj RefId="3"><TNRef RefId="1"/>\
            <ToString>EdgeServer:edgepool1.contoso.net</ToString></Obj></LST></Obj>\
            <Obj N="Pools" RefId="4"><TN RefId="3"><T>System.Collections.Generic.List`1</T></TN>\
            <LST/></Obj><Obj N="FederationRoute" RefId="5"><TNRef RefId="1"/>\
            <ToString>EdgeServer:edgepool1.contoso.net</ToString></Obj>\
            <Nil N="XmppFederationRoute"/><S N="Description"></S><S N="DisplayName">Redmond</S>\
            <Obj N="SiteType" RefId="6"><TN RefId="4"><T>Deserialized.SiteType</T>\
            <T>Deserialized.System.Enum</T></TN><ToString>CentralSite</ToString><I32>1</I32></Obj>\
            <Nil N="ParentSite"/></Props></Obj>
            """
        )
        #expect(site["identity"] == .string("Site:Redmond"))
        #expect(site["SITEID"] == .integer(1))
        #expect(
            site["services"]
                == .list([
                    .string("UserServer:fepool1.contoso.net"),
                    .string("EdgeServer:edgepool1.contoso.net"),
                ])
        )
        #expect(site["Pools"] == .list([]))
        #expect(site["federationroute"] == .string("EdgeServer:edgepool1.contoso.net"))
        #expect(site["XmppFederationRoute"] == .null && site["ParentSite"] == .null)
        #expect(site["Description"] == .string(""))
        #expect(site["SiteType"] == .string("CentralSite"))
    }

    @Test(arguments: [
        ("<I32 N=\"AccessEdgeExternalSipPort\">5061</I32>", ManagementValue.integer(5_061)),
        ("<U16 N=\"ACCESSEDGEEXTERNALSIPPORT\">5061</U16>", .integer(5_061)),
        ("<U32 N=\"AccessEdgeExternalSipPort\">0</U32>", .integer(0)),
        ("<Nil N=\"AccessEdgeExternalSipPort\"/>", .null),
        ("<S N=\"AccessEdgeExternalSipPort\"/>", .string("")),
        ("<I32 N=\"Other\">1</I32>", .null),
    ])
    func `the federation port in every kind of number, empty and absent`(
        property: String,
        value: ManagementValue
    ) throws {
        let service = try object("<Obj RefId=\"0\"><Props>\(property)</Props></Obj>")
        #expect(service["AccessEdgeExternalSipPort"] == value)
    }

    @Test
    func `what Select-Object makes: properties that were added, the type's own gone`() throws {
        let selected = try object(
            """
            <Obj RefId="0"><TN RefId="0"><T>Selected.Microsoft.Rtc.Management.Xds.DisplaySite</T>\
            <T>System.Management.Automation.PSCustomObject</T><T>System.Object</T></TN><MS>\
            <S N="Identity">Site:Dublin</S><S N="FederationRoute">EdgeServer:edgepool1.contoso.net\
            </S></MS></Obj>
            """
        )
        #expect(selected["Identity"].text == "Site:Dublin")
        #expect(selected["federationROUTE"].text == "EdgeServer:edgepool1.contoso.net")
    }

    /// Windows prints dates by the account's language; what travels is always a date of its own.
    @Test(arguments: [
        ("2025-11-21T09:40:31Z", true), ("2025-11-21T10:40:31+01:00", true),
        ("2025-11-21T01:40:31.0000000-08:00", true), ("2025-11-21T09:40:31", true),
        ("2025-11-21T09:40:31.0000001Z", false),
    ])
    func `dates come as instants, whatever zone they are told in`(
        text: String,
        isSame: Bool
    ) throws {
        let replica = try object(
            """
            <Obj RefId="0"><ToString>21.11.2025 10:40:31</ToString><Props>\
            <DT N="LastUpdateCreation">\(text)</DT><B N="UpToDate">true</B></Props></Obj>
            """
        )
        guard case .ticks(let ticks) = replica["lastUpdateCreation"] else {
            Issue.record("\(replica["LastUpdateCreation"])")
            return
        }
        #expect((ticks == 638_993_148_310_000_000) == isSame)
        #expect(replica["UPTODATE"] == .bool(true))
    }

    @Test(arguments: [
        "21.11.2025 10:40:31", "11/21/2025 9:40:31 AM", "21/11/2025 09:40:31",
    ])
    func `a date that a server has printed stays text: nobody guesses its language`(
        text: String
    ) throws {
        let replica = try object(
            "<Obj RefId=\"0\"><Props><S N=\"LastUpdateCreation\">\(text)</S></Props></Obj>"
        )
        #expect(replica["LastUpdateCreation"] == .string(text))
    }

    @Test
    func `a service: its state by name, its activity as a list or as text`() throws {
        func service(_ activity: String) throws -> ManagementObject {
            try object(
                """
                <Obj RefId="0"><TN RefId="0">\
                <T>Deserialized.Microsoft.Rtc.Management.Deployment.Core.NTService</T></TN><Props>\
                <Obj N="Status" RefId="1"><TN RefId="1">\
                <T>System.ServiceProcess.ServiceControllerStatus</T><T>System.Enum</T>\
                <T>System.ValueType</T><T>System.Object</T></TN><ToString>Running</ToString>\
                <I32>4</I32></Obj><S N="Name">RTCSRV</S>\(activity)</Props></Obj>
                """
            )
        }
        let list = try service(
            "<Obj N=\"ActivityLevel\" RefId=\"2\"><LST><S>A=1</S><S>B=0</S></LST></Obj>"
        )
        #expect(list["Status"] == .string("Running") && list["Name"] == .string("RTCSRV"))
        #expect(list["ActivityLevel"].elements.count == 2)
        #expect(try service("<S N=\"ActivityLevel\">A=1</S>")["ActivityLevel"].text == "A=1")
        #expect(try service("<Nil N=\"ActivityLevel\"/>")["ActivityLevel"] == .null)
    }

    @Test
    func `a test of a partner: an outcome, a latency, and why`() throws {
        let outcome = try object(
            """
            <Obj RefId="0"><Props><S N="TargetFqdn">edgepool2.contoso.net</S>\
            <Obj N="Result" RefId="1"><TN RefId="0"><T>Deserialized.TaskResult</T>\
            <T>Deserialized.System.Enum</T></TN><ToString>Success</ToString><I32>0</I32></Obj>\
            <TS N="Latency">PT0.9843S</TS><S N="Error"></S><S N="Diagnosis"></S></Props></Obj>
            """
        )
        #expect(outcome["Result"] == .string("Success"))
        #expect(outcome["Error"] == .string(""))
        #expect(outcome["TargetFqdn"].text == "edgepool2.contoso.net")
    }

    @Test
    func `an object inside an object is read by both names, and by its text`() throws {
        let record = try object(
            """
            <Obj RefId="0"><Props><S N="HostName">sip</S><TS N="TimeToLive">PT5M</TS>\
            <Obj N="RecordData" RefId="1"><ToString>DnsServerResourceRecordA</ToString><Props>\
            <S N="IPv4Address">192.0.2.1</S></Props></Obj></Props></Obj>
            """
        )
        #expect(record["recorddata.ipv4address"] == .string("192.0.2.1"))
        #expect(record["RecordData"] == .string("DnsServerResourceRecordA"))
        #expect(record["TimeToLive"] == .string("00:05:00"))
    }
}
