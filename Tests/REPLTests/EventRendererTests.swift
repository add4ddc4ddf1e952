import Language
import Notebook
import Reporting
import Session
import Synchronization
import Terminal
import TestSupport
import Testing

@testable import REPL

@Suite("EventRenderer") struct EventRendererTests {
  @Test func resultsAndNoticesGoTheirOwnWays() throws {
    let output = try TemporaryOutput()
    output.renderer.report(.printed("a\u{1b}[31m"))
    output.renderer.report(.problem(Diagnostic(code: "L101", "wrong.")))
    output.renderer.report(.shown(.report(.fields([.init("rows", .quantity(.count(1200)))]))))
    output.renderer.report(.value(.string("b")))
    #expect(try output.results == "a\\x1b[31m\nrows  1,200\n\"b\"\n")
    #expect(try output.notices == "error[L101]: wrong.\n")
  }

  @Test func generatedTextEndsItsLineBeforeAnythingElse() throws {
    let output = try TemporaryOutput()
    for text in ["Once ", "upon"] { output.renderer.report(.shown(.generated(text))) }
    output.renderer.report(.printed("next"))
    output.renderer.report(.shown(.generated("a\n")))
    output.renderer.finish()
    #expect(try output.results == "Once upon\nnext\na\n")
  }

  @Test func progressGoesToStandardErrorAndItsSummaryStays() throws {
    let output = try TemporaryOutput()
    var progress = SessionEvent.Progress(label: "epoch 1/2", fraction: 0.5)
    progress.loss = 1.25
    progress.devLoss = 1.5
    progress.tokensPerSecond = 12411.5
    output.renderer.report(.shown(.progress(progress)))
    output.renderer.report(.shown(.progressEnded(summary: "trained 2 steps")))
    #expect(
      try output.notices
        == "epoch 1/2 50%, loss 1.250, dev 1.500, 12.4k tok/s\ntrained 2 steps\n")
    #expect(try output.results == "")
  }

  @Test func diagnosticsAmongReportsAreNotices() throws {
    let output = try TemporaryOutput()
    let note = Diagnostic(.note, code: nil, "look here.")
    output.renderer.report(.shown(.report(.group([.text("rows"), .diagnostic(note)]))))
    #expect(try output.results == "rows\n")
    #expect(try output.notices == "note: look here.\n")
  }

  @Test func aFullDiskIsToldOnce() throws {
    let output = try TemporaryOutput(results: "/dev/full")
    let counter = Counter()
    output.renderer.whenOutputFails { counter.add() }
    for _ in 0..<3 { output.renderer.report(.printed("x")) }
    #expect(counter.count == 1)
    #expect(output.renderer.failure == .outputFull)
  }

  private final class Counter: Sendable {
    private let value = Mutex(0)
    var count: Int { value.withLock { $0 } }
    func add() { value.withLock { $0 += 1 } }
  }

  @Test func whatIsMutedIsNotShown() throws {
    let output = try TemporaryOutput()
    output.renderer.mute(true)
    output.renderer.report(.printed("late"))
    output.renderer.mute(false)
    output.renderer.report(.printed("new"))
    #expect(try output.results == "new\n")
  }
}
