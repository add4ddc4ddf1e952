import Execution
import Language
import Notebook
import Reporting
import Testing

@Suite("Runner") struct RunnerTests {
  private let desk = Desk()

  @Test func aCellReportsItsValueOnce() async {
    _ = await desk.runCell("let a = 20; a + 22", 3)
    #expect(desk.recorder.all == ["cell 3", "value 42"])
  }

  @Test func aStatementWithoutValueReportsNone() async {
    _ = await desk.runCell("let a = 20")
    #expect(desk.recorder.all == ["cell 1"])
  }

  @Test func theLastValueIsCalledIt() async {
    _ = await desk.runCell("6 * 7")
    _ = await desk.runCell("it + 1", 2)
    #expect(desk.recorder.all.last == "value 43")
  }

  @Test func whatACommandHasShownIsNotReportedAgain() async {
    _ = await desk.runCell("help train")
    #expect(desk.recorder.all == ["cell 1", "shown", "result help, line 1"])
  }

  @Test func variablesStayFromCellToCell() async {
    _ = await desk.runCell("let lines = 3; proc twice(x) { return 2 * x }")
    _ = await desk.runCell("twice(lines)", 2)
    #expect(desk.recorder.all.last == "value 6")
    let known = await desk.runner.knownNames()
    #expect(known.variables.contains("lines"))
    #expect(known.procedures.map(\.name) == ["twice"])
  }

  @Test func aCellWithAMisspeltNameDoesNotRun() async {
    let file = SourceFile(.cell(1), "print 1\nprint lenght([1])")
    let (script, problems) = await desk.runner.prepare(file)
    #expect(script == nil)
    #expect(problems.map(\.code?.id) == ["L122"])
  }

  @Test func anEndlessLoopStopsWhenAsked() async {
    desk.recorder.onPrint { [runner = desk.runner] in runner.stop.request() }
    guard case .interrupted = await desk.runCell("while true { print 1 }") else {
      Issue.record("it was not interrupted")
      return
    }
    #expect(desk.recorder.all == ["cell 1", "print 1"])
  }

  @Test func aRequestHoldsUntilItIsCleared() async {
    desk.runner.stop.request()
    guard case .interrupted = await desk.runCell("1 + 1") else {
      Issue.record("it ran")
      return
    }
    desk.runner.stop.clear()
    _ = await desk.runCell("1 + 1", 2)
    #expect(desk.recorder.all.last == "value 2")
  }

  @Test func whatFollowsAStopInTheLastStatementIsNotSuccess() async {
    desk.recorder.onPrint { [runner = desk.runner] in runner.stop.request() }
    #expect(await desk.runScripts("print 1") == .interrupted)
  }

  @Test func quitEndsACell() async {
    guard case .quit = await desk.runCell("quit; print 1") else {
      Issue.record("it went on")
      return
    }
    #expect(desk.recorder.all == ["cell 1"])
  }
}
