import Curl
import Testing

@testable import PowerShellRemoting

@Suite("WSManCookies")
struct WSManCookiesTests {
    private func header(_ fields: [String]) -> String? {
        var headers = HTTPHeaders()
        for field in fields { headers.add("set-cookie", field) }
        var cookies = WSManCookies()
        cookies.take(headers)
        return cookies.header
    }

    @Test(
        arguments: [
            ([], nil), (["MS-WSMAN=a1; path=/; HttpOnly"], "MS-WSMAN=a1"),
            (["MS-WSMAN="], "MS-WSMAN="),
            (["MS-WSMAN=a=b=="], "MS-WSMAN=a=b=="), (["MS-WSMAN=a", "MS-WSMAN=b"], "MS-WSMAN=b"),
            (["MS-WSMAN2=b", "MS-WSMAN1=a"], "MS-WSMAN1=a; MS-WSMAN2=b"),
            (["session=1", "=MS-WSMAN", "MS-WSMAN", "", ";", "xMS-WSMAN=1"], nil),
            (
                [
                    "MS-WSMAN=a b", "MS-WSMAN=a,b", "MS-WSMAN=\"a\"", "MS-WSMAN=ä",
                    "MS-WSMAN=a\r\nX: y",
                ], nil
            ),
            (["MS-WSMAN=" + String(repeating: "x", count: 500)], nil),
            (
                ["1", "2", "3", "4", "5"].map { "MS-WSMAN\($0)=v" } + ["MS-WSMAN1=w"],
                "MS-WSMAN1=w; MS-WSMAN2=v; MS-WSMAN3=v; MS-WSMAN4=v"
            ),
        ] as [([String], String?)]
    )
    func `only a balancer's cookies are kept, and only good ones`(
        fields: [String],
        expected: String?
    ) {
        #expect(header(fields) == expected)
    }
}
