import FailoverCore
import Testing

@Suite struct AccessRulesTests {
    private let rules = AccessRules([
        .approve: [.user("anna"), .group("night-watch")], .operate: [.group("edge-admins")],
        .drill: [.user("carl")],
    ])

    private func caller(_ name: String, _ groups: String..., uid: UInt32? = 1_000) -> Caller {
        Caller(person: Person(name: name, userID: uid), groups: Set(groups))
    }

    private func roles(of caller: Caller, by rules: AccessRules) -> [Role] {
        Role.allCases.filter { rules.allow(caller, oneOf: [$0]) }
    }

    @Test func `without rules everybody who reaches the agent may do everything`() {
        #expect(roles(of: caller("somebody"), by: .open) == Role.allCases)
    }

    @Test func `people have the roles that name them or one of their groups`() {
        #expect(roles(of: caller("anna"), by: rules) == [.view, .approve])
        #expect(roles(of: caller("dora", "night-watch", "staff"), by: rules) == [.view, .approve])
        #expect(roles(of: caller("emil", "edge-admins"), by: rules) == [.view, .operate])
        #expect(roles(of: caller("carl"), by: rules) == [.view, .drill])
        #expect(roles(of: caller("frida", "staff"), by: rules) == [.view])
    }

    @Test func `a user is no group of the same name, and the other way round`() {
        #expect(roles(of: caller("edge-admins"), by: rules) == [.view])
        #expect(roles(of: caller("gerd", "anna", "carl"), by: rules) == [.view])
    }

    @Test func `one of several roles is enough`() {
        #expect(rules.allow(caller("carl"), oneOf: [.drill, .operate]))
        #expect(!rules.allow(caller("carl"), oneOf: [.approve, .operate]))
    }

    @Test func `root may always do everything, and nobody else is root by name`() {
        let closed = AccessRules([.view: []])
        #expect(roles(of: caller("root", uid: 0), by: closed) == Role.allCases)
        #expect(roles(of: caller("root"), by: closed) == [])
        #expect(roles(of: caller("root", uid: nil), by: closed) == [])
    }

    @Test func `where looking is named, only they look, and whoever may do something`() {
        let rules = AccessRules([.view: [.group("edgewarden")], .approve: [.user("anna")]])
        #expect(roles(of: caller("berta", "edgewarden"), by: rules) == [.view])
        #expect(roles(of: caller("anna"), by: rules) == [.view, .approve])
        #expect(roles(of: caller("stranger"), by: rules) == [])
    }

    @Test func `a refusal says who may`() {
        let text = rules.refusal(of: caller("frida"), [.drill, .operate])
        #expect(
            text == "frida may not do that: access.drill names carl, access.operate names"
                + " group:edge-admins"
        )
        #expect(AccessRules([:]).refusal(of: caller("frida"), [.approve]).hasSuffix("names nobody"))
    }
}
