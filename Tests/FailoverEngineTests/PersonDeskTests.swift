import FailoverCore
import Testing

@testable import FailoverEngine

@Suite
struct PersonDeskTests {
    private static let run = RunID(1)
    private static let word = PersonDesk.Word.done(by: Person(name: "anna"), reason: "done")

    @Test
    func `a run is known to wait for its step, and no other run is`() {
        let desk = PersonDesk()
        #expect(desk.waitingStep(of: Self.run) == nil)
        desk.open(Self.run, StepID(3))
        #expect(desk.waitingStep(of: Self.run) == StepID(3))
        #expect(desk.waitingStep(of: RunID(2)) == nil)
        desk.close()
        #expect(desk.waitingStep(of: Self.run) == nil)
    }

    @Test
    func `a word is taken once, and nobody waits after it`() {
        let desk = PersonDesk()
        desk.open(Self.run, StepID(3))
        #expect(desk.take() == nil)
        #expect(desk.waitingStep(of: Self.run) == StepID(3), "no word, so the run waits on")
        #expect(desk.leave(Self.word, for: Self.run, StepID(3)))
        #expect(!desk.leave(Self.word, for: Self.run, StepID(3)), "there is a word already")
        #expect(desk.take() == Self.word)
        #expect(desk.take() == nil)
        #expect(desk.waitingStep(of: Self.run) == nil)
        #expect(!desk.leave(Self.word, for: Self.run, StepID(3)))
    }

    @Test
    func `opening for the same step again keeps the word, and for another one drops it`() {
        let desk = PersonDesk()
        desk.open(Self.run, StepID(3))
        #expect(desk.leave(Self.word, for: Self.run, StepID(3)))
        desk.open(Self.run, StepID(3))
        #expect(desk.take() == Self.word)
        desk.open(Self.run, StepID(3))
        #expect(desk.leave(Self.word, for: Self.run, StepID(3)))
        desk.open(Self.run, StepID(4))
        #expect(desk.take() == nil)
    }

    @Test
    func `an order to undo reaches its run once, and one about another run is forgotten`() {
        let desk = PersonDesk()
        let anna = Person(name: "anna")
        #expect(!desk.wantsUndo)
        #expect(desk.takeUndo(of: Self.run) == nil)
        #expect(desk.orderUndo(of: Self.run, by: anna, reason: "no"))
        #expect(!desk.orderUndo(of: Self.run, by: anna, reason: "again"), "it was ordered already")
        #expect(desk.wantsUndo)
        #expect(desk.takeUndo(of: Self.run) == .aborting(by: anna, reason: "no"))
        #expect(!desk.wantsUndo)
        #expect(desk.takeUndo(of: Self.run) == nil)
        #expect(desk.orderUndo(of: RunID(2), by: anna, reason: "late"))
        #expect(desk.takeUndo(of: Self.run) == nil)
        #expect(!desk.wantsUndo, "nobody is left to take it")
    }
}
