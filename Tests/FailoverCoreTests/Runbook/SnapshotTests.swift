import FailoverCore
import Testing

/// What a snapshot says of who holds what.
@Suite
struct SnapshotTests {
    private typealias Fixture = RunbookFixture

    @Test
    func `of the pools of a media route the first that any service uses holds it`() {
        var fixture = Fixture()
        func holder(_ pools: FQDN...) -> HolderReading {
            fixture.snapshot.holder(of: .media, among: pools)
        }
        let nobody = HolderReading.foreign(
            "no service uses an Edge pool of the route for media"
        )
        #expect(holder(Fixture.pool1, Fixture.pool2) == nobody)
        fixture.associate()
        #expect(holder(Fixture.pool1, Fixture.pool2) == .pool(Fixture.pool1))
        #expect(holder(Fixture.pool2, Fixture.pool1) == .pool(Fixture.pool2))
        for index in fixture.snapshot.associations.indices {
            fixture.snapshot.associations[index].edgeServer = .edgeServer(Fixture.pool2)
        }
        #expect(holder(Fixture.pool1, Fixture.pool2) == .pool(Fixture.pool2))
        #expect(holder(Fixture.pool1) == nobody)
    }
}
