import Configuring
import Testing

@Suite struct AdviceTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var changes: [(String, String)] = []
        var added = ""
        var expected: [String]
        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "nothing to say", expected: []),
        Case(
            name: "no control targets",
            added: "probes: { control_targets: [] }\n",
            expected: ["without control targets the agent cannot tell a dead pool"]
        ),
        Case(
            name: "ssh to a Front End",
            changes: [
                (
                    "\"https://fe21.contoso.net\", site: Dublin, authentication: negotiate",
                    "\"ssh://fe21.contoso.net\", site: Dublin, transport: ssh, user: warden, "
                        + "key_file: /etc/e/key, known_hosts_file: /etc/e/hosts"
                )
            ],
            expected: ["'transport: ssh' for a Front End: a logon with a key has no credentials"]
        ),
        Case(
            name: "the agent in the home site",
            changes: [("name: warden-1, site: Dublin", "name: warden-1, site: Redmond")],
            expected: [
                "the agent stands in Redmond, the home site of route 'sip'",
                "the agent stands in Redmond, the home site of route 'xmpp'",
            ]
        ),
        Case(
            name: "a pool of one server that may reboot",
            added: "policy: { confirm_for: 2m }",
            expected: [
                "'confirm_for' (2m) is shorter than a reboot of the only server of edgepool1",
                "'confirm_for' (2m) is shorter than a reboot of the only server of edgepool1",
            ]
        ),
        Case(name: "time for a reboot", added: "policy: { confirm_for: 10m }", expected: []),
        Case(
            name: "a long time to live",
            changes: [
                ("pre_staged", "pre_staged\n    dns: { ttl_while_failed_over: 2h }")
            ],
            expected: ["'ttl_while_failed_over' of route 'sip' is longer than 1h"]
        ),
        Case(
            name: "DNS left alone",
            changes: [("pre_staged", "pre_staged\n    dns: { style: none }")],
            expected: ["route 'sip' leaves DNS alone"]
        ),
        Case(
            name: "failback of a route that only observes",
            changes: [
                ("pre_staged", "pre_staged\n    mode: observe\n    failback: { mode: auto }")
            ],
            expected: ["route 'sip' only observes"]
        ),
        Case(
            name: "a route's own time to confirm",
            changes: [("pre_staged", "pre_staged\n    confirm_for: 2m")],
            expected: [
                "'confirm_for' (2m) is shorter than a reboot of the only server of edgepool1"
            ]
        ),
        Case(
            name: "setup that never runs",
            changes: [("pre_staged", "strict_single\n    setup: never\n    setup_by: agent")],
            expected: [
                "route 'sip' enables federation on a pool during a run",
                "route 'sip' never runs Setup",
            ]
        ),
        Case(
            name: "automatic, but people are waited for",
            changes: [("pre_staged", "strict_single\n    mode: auto")],
            expected: [
                "route 'sip' moves by itself, but with 'federation_flag: strict_single'",
                "route 'sip' moves by itself, but its names in contoso.com are changed by a person",
            ]
        ),
        Case(
            name: "automatic, with Setup by hand each time",
            changes: [
                ("pre_staged", "pre_staged\n    mode: auto\n    setup: always"),
                ("kind: manual", "kind: exec, command: [/bin/dns]"),
            ],
            expected: ["route 'sip' moves by itself, but with 'setup: always'"]
        ),
        Case(
            name: "automatic, with an outage that a person must want",
            changes: [
                ("kind: xmpp", "kind: xmpp\n    mode: auto\n    edge_services: documented"),
                ("kind: manual", "kind: exec, command: [/bin/dns]"),
            ],
            expected: ["route 'xmpp' moves by itself, but 'edge_services: documented'"]
        ),
        Case(
            name: "automatic, with Setup by the agent and nobody asked",
            changes: [
                (
                    "pre_staged",
                    "pre_staged\n    mode: auto\n    setup: always\n    setup_by: agent"
                ),
                ("kind: manual", "kind: exec, command: [/bin/dns]"),
            ],
            expected: []
        ),
        Case(
            name: "hasty probes",
            added: "probes: { interval: 1s, timeout: 200ms, fall: 1, stale_after: 1500ms }",
            expected: [
                "'timeout' (200ms) is short", "'fall: 1' makes one lost packet",
                "'stale_after' (1s500ms) is less than two intervals",
            ]
        ),
        Case(
            name: "a name in a subdomain",
            changes: [
                (
                    "{ name: contoso.com }",
                    "{ name: contoso.com, federation_names: "
                        + "{ edgepool1.contoso.net: sip.eu.contoso.com } }"
                )
            ],
            expected: ["sip.eu.contoso.com is in a subdomain of contoso.com"]
        ),
        Case(
            name: "an unknown vantage",
            changes: [
                ("public: [203.0.113.11]", "public: [203.0.113.11], probe: { warden1: 10.0.0.1 }")
            ],
            expected: ["'warden1' is neither 'default' nor this agent's name ('warden-1')"]
        ),
        Case(
            name: "an unknown vantage of the A/V Edge",
            changes: [
                (
                    "public: [203.0.113.11] }",
                    "public: [203.0.113.11] }, av: { public: [203.0.113.21], "
                        + "probe: { warden1: 10.0.0.1 } }"
                )
            ],
            expected: ["'warden1' is neither 'default' nor this agent's name ('warden-1')"]
        ),
    ]

    @Test(arguments: AdviceTests.cases)
    func `what is hardly meant so is a warning and no error`(_ example: Case) throws {
        let text = try Fixtures.twoSites(example.changes) + example.added + "\n"
        let warnings = try ConfigurationLoader.parse(text).warnings
        #expect(warnings.map(\.severity).allSatisfy { $0 == .warning })
        #expect(warnings.map(\.code).allSatisfy { $0 == .advice })
        #expect(warnings.count == example.expected.count, "\(warnings)")
        for (warning, expected) in zip(warnings, example.expected) {
            #expect(warning.message.hasPrefix(expected), "\(warning)")
            #expect(warning.description.contains(": warning: "))
        }
    }

    @Test func `a hasty automatic route is warned of`() throws {
        let second = "{ fqdn: edge12.contoso.net, access: { public: [203.0.113.12] } }"
        let text = try Fixtures.twoSites([
            ("pre_staged", "pre_staged\n    mode: auto"),
            ("[203.0.113.11] } } ]", "[203.0.113.11] } }, \(second) ]"),
        ])
        let warnings = said(of: text + "policy: { confirm_for: 20s }\n").map(\.message)
        #expect(warnings.count == 2)
        #expect(warnings.last?.hasPrefix("route 'sip' moves by itself after 20s") == true)
    }
}
