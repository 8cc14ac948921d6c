import FailoverCore
import Testing

@testable import FailoverEngine

@Suite struct ReadinessDeskTests {
    private static let pools = ["edgepool2.contoso.net", "edgepool3.contoso.net"]
        .compactMap { FQDN($0) }

    private func notice(
        _ code: NoticeCode,
        _ pool: Int = 0,
        _ words: String = "so it is"
    ) -> Notice {
        Notice(
            code,
            .warning,
            route: RouteName("sip"),
            pool: Self.pools[pool],
            sentence: "\(pool): \(words)"
        )
    }

    @Test func `by night nothing is handed out, by day everything, once`() {
        var desk = ReadinessDesk()
        desk.take(notice(.standbyNotReady, 1))
        desk.take(notice(.standbyNotReady, 0))
        #expect(desk.handOut(isDay: false).isEmpty)
        #expect(desk.handOut(isDay: true).map(\.sentence) == ["0: so it is", "1: so it is"])
        #expect(desk.handOut(isDay: true).isEmpty)
    }

    @Test func `what healed by night is never told`() {
        var desk = ReadinessDesk()
        desk.take(notice(.standbyNotReady))
        desk.take(notice(.standbyReady))
        #expect(desk.handOut(isDay: true).isEmpty)
    }

    @Test func `what was told by day and heals by night is told the next day`() {
        var desk = ReadinessDesk()
        desk.take(notice(.standbyNotReady))
        #expect(desk.handOut(isDay: true).count == 1)
        desk.take(notice(.standbyReady))
        #expect(desk.handOut(isDay: false).isEmpty)
        #expect(desk.handOut(isDay: true).map(\.code) == [.standbyReady])
    }

    @Test func `what was told and comes back after a moment is not told again`() {
        var desk = ReadinessDesk()
        desk.take(notice(.standbyNotReady))
        _ = desk.handOut(isDay: true)
        desk.take(notice(.standbyReady))
        desk.take(notice(.standbyNotReady))
        #expect(desk.handOut(isDay: true).isEmpty)
    }

    @Test func `of several notices about a pool the last is told`() {
        var desk = ReadinessDesk()
        desk.take(notice(.standbyNotReady, 0, "first"))
        desk.take(notice(.standbyNotReady, 0, "last"))
        #expect(desk.handOut(isDay: true).map(\.sentence) == ["0: last"])
    }
}
