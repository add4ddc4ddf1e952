import Language
import Notebook
import Reporting
import TestSupport
import Testing

/// `it` and `Out[n]`, at the prompt and in scripts of cells.
@Suite("Results of cells") struct CellResultTests {
  private let desk = Desk()

  @Test("`Out[n]` is the value of a cell by its number") func byNumber() async {
    _ = await desk.runCell("6 * 7", 1)
    _ = await desk.runCell("let a = 3", 2)
    _ = await desk.runCell("{b: a}", 3)
    _ = await desk.runCell("Out[1] + Out[3].b + it.b", 4)
    #expect(desk.recorder.all.last == "value 48")
  }

  @Test("a cell that gave no value has none") func noValue() async {
    _ = await desk.runCell("1", 1)
    _ = await desk.runCell("let a = 3", 2)
    guard case .failed(let problem)? = await desk.runCell("Out[2]", 3) else {
      Issue.record("it has one")
      return
    }
    #expect(problem.code == "L152" && problem.message == "there is no result of a cell 2.")
    #expect(problem.primary?.text == "cells that gave one: 1")
  }

  @Test("a script of cells has them by the numbers of its marks") func script() async {
    let text = """
      #%% [3] First
      let a = 20
      a + 1
      #%% Second
      it * 2
      #%% [9]
      print it, Out[3], Out[4]
      """
    #expect(await desk.runScripts(text) == .done)
    #expect(desk.recorder.all.last == "print 42 21 42")
  }

  @Test("a script without cells has no `it`") func noCells() async {
    #expect(await desk.runScripts("1 + 1\nprint it") == .scriptError)
    #expect(desk.recorder.all == ["error L121"])
  }

  @Test("completion offers results and the fields of records") func completion() async {
    _ = await desk.runCell("6 * 7", 1)
    _ = await desk.runCell("let point = {rank: 4, lr: 1}", 2)
    let known = await desk.runner.knownNames()
    func words(_ text: String) -> [String] {
      Completion.candidates(
        text: text, cursor: text.utf8.count, commands: CommandTable([]), known: known
      ).candidates.map(\.text)
    }
    #expect(words("print Ou") == ["Out[1]"])
    #expect(words("print point.") == ["lr", "rank"])
  }
}
