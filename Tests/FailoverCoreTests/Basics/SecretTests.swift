import FailoverCore
import Testing

@Suite("Secret")
struct SecretTests {
    private struct Login {
        var user = "anna"
        var password = Secret("hunter2")
    }

    @Test func `a secret never prints itself`() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump(Login(), to: &dumped)
        let texts = [
            "\(secret)", String(describing: secret), String(reflecting: secret), "\(Login())",
            String(reflecting: Login()), "\([secret])", "\(secret as Any)", dumped,
        ]
        for text in texts { #expect(!text.contains("hunter2"), "\(text)") }
        #expect("\(secret)" == "«secret»")
    }

    @Test func `the value leaves by the one door`() {
        #expect(Secret("hunter2").withValue { $0 } == "hunter2")
        #expect(Secret("a") == Secret("a") && Secret("a") != Secret("b"))
    }
}
