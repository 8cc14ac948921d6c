import FailoverCore
import Testing

/// What is read of the values that cmdlets put out.
@Suite
struct ManagementObjectTests {
    static let booleans: [(ManagementValue, Bool?)] = [
        (.bool(true), true), (.bool(false), false), (.string("True"), true),
        (.string("FALSE"), false), (.string("yes"), nil), (.string(""), nil), (.integer(1), nil),
        (.null, nil), (.list([.bool(true)]), nil),
    ]

    @Test(arguments: booleans)
    func `a boolean is one, or says so in text`(value: ManagementValue, expected: Bool?) {
        #expect(value.bool == expected)
    }

    static let texts: [(ManagementValue, String?)] = [
        (.bool(true), "True"), (.bool(false), "False"), (.string("a"), "a"),
        (.string(""), nil), (.integer(-7), "-7"), (.ticks(7), nil), (.null, nil),
        (.list([.string("a")]), nil),
    ]

    @Test(arguments: texts)
    func `text is what a person would have read; empty text is none`(
        value: ManagementValue,
        expected: String?
    ) {
        #expect(value.text == expected)
    }

    static let numbers: [(ManagementValue, Int64?)] = [
        (.integer(7), 7), (.string("7"), 7), (.string("7x"), nil), (.ticks(7), nil),
        (.bool(true), nil), (.null, nil),
    ]

    @Test(arguments: numbers)
    func `a number may have come as text`(value: ManagementValue, expected: Int64?) {
        #expect(value.integer == expected)
    }

    @Test
    func `a single value is a list of one, and nothing one of none`() {
        #expect(ManagementValue.null.elements == [])
        #expect(ManagementValue.string("a").elements == [.string("a")])
        #expect(ManagementValue.list([.null, .integer(1)]).elements == [.null, .integer(1)])
    }

    @Test
    func `properties are found whatever the case, and the first spelling that is there counts`() {
        let object = ManagementObject([("PoolFqdn", .string("a")), ("poolfqdn", .string("b"))])
        #expect(object["POOLFQDN"] == .string("b"))
        #expect(object["Pool"] == .null)
        #expect(object.first(of: "Pool", "PoolFQDN", "Identity") == .string("b"))
        #expect(object.first(of: "Pool") == .null)
    }
}
