import FailoverCore
import Testing
import X509

@testable import Probing

/// The judge's memory: what it keeps, and when it looks again.
@Suite("CertificateJudge")
struct CertificateJudgeTests {
    private let authority: TestAuthority
    private let judge: CertificateJudge

    init() throws {
        authority = try TestAuthority()
        let folder = try ScratchFolder()
        let file = try folder.write("ca.pem", try authority.certificate.pem())
        judge = CertificateJudge(trust: try .file(file))
    }

    private func question(_ name: String) throws -> CertificateJudge.Question {
        CertificateJudge.Question(names: [try #require(FQDN(name))], acceptsWildcards: false)
    }

    @Test func `the same chain and name are judged once, another name again`() async throws {
        let chain = [try authority.issue().der()]
        let now = systemWallClock()
        let sip = try question("sip.contoso.test")
        let first = await judge.judge(chain, sip, at: now)
        let second = await judge.judge(chain, sip, at: now)
        #expect(first == second)
        #expect(judge.judgementCount == 1)
        let other = await judge.judge(chain, try question("xmpp.contoso.test"), at: now)
        #expect(other.problems == [.nameMismatch])
        #expect(first.problems == [])
        #expect(judge.judgementCount == 2)
    }

    @Test func `a kept judgement ends when the certificate does`() async throws {
        let issued = try authority.issue()
        let chain = [try issued.der()]
        let sip = try question("sip.contoso.test")
        let last = issued.certificate.notAfterStamp
        let first = issued.certificate.notBeforeStamp
        var found: [[CertificateProblem]] = []
        for milliseconds: Int64 in [999, 1_000, 0] {
            let now = Timestamp(
                millisecondsSinceEpoch: last.millisecondsSinceEpoch + milliseconds
            )
            found.append(await judge.judge(chain, sip, at: now).problems)
        }
        #expect(found == [[], [.expired], []])
        let before = Timestamp(millisecondsSinceEpoch: first.millisecondsSinceEpoch - 1)
        #expect(await judge.judge(chain, sip, at: before).problems == [.notYetValid])
        #expect(await judge.judge(chain, sip, at: first).problems == [])
    }

    @Test func `an authority that has expired is trusted no more`() async throws {
        let issued = try authority.issue(.init(until: 5_000 * TestAuthority.day))
        let chain = [try issued.der()]
        let sip = try question("sip.contoso.test")
        let end = authority.certificate.notAfterStamp.millisecondsSinceEpoch
        let good = await judge.judge(chain, sip, at: Timestamp(millisecondsSinceEpoch: end + 999))
        let late = await judge.judge(chain, sip, at: Timestamp(millisecondsSinceEpoch: end + 1_000))
        #expect(good.problems == [])
        #expect(late.problems == [.notTrusted])
    }

    @Test func `what cannot be parsed is unreadable`() async throws {
        let sip = try question("sip.contoso.test")
        for chain in [[[UInt8]()], [[0x30, 0x03, 1, 2, 3]]] {
            let facts = await judge.judge(chain, sip, at: systemWallClock())
            #expect(facts.problems == [.unreadable])
            #expect(facts.chainLength == 1)
        }
    }

    @Test func `a server that always shows another certificate does not fill the memory`()
        async throws
    {
        let sip = try question("sip.contoso.test")
        for number in 0..<600 {
            let junk = [UInt8(number & 0xFF), UInt8(number >> 8)]
            _ = await judge.judge([junk], sip, at: systemWallClock())
        }
        #expect(judge.judgementCount <= 256)
    }

    @Test func `issuers that all name each other do not keep the judge busy`() async throws {
        // The same name and key under many names of its own: each could have issued each.
        let maze = try TestAuthority.maze(of: 8)
        let start = ContinuousClock.now
        let facts = await judge.judge(
            maze,
            try question("sip.contoso.test"),
            at: systemWallClock()
        )
        #expect(facts.problems.contains(.notTrusted))
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test(
        arguments: [
            (0, [], Int64.min..<Int64.max), (5, [1, 9], 1..<9), (1, [1, 9], 1..<9),
            (9, [1, 9], 9..<Int64.max), (0, [1, 9], Int64.min..<1),
        ] as [(Int64, [Int64], Range<Int64>)]
    )
    func `a judgement holds between the dates around it`(
        now: Int64,
        boundaries: [Int64],
        expected: Range<Int64>
    ) {
        #expect(CertificateJudge.interval(around: now, boundaries: boundaries) == expected)
    }
}
