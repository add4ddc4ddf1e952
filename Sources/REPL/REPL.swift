import Foundation
package import Language
package import Notebook
import Reporting
package import Terminal

/// The prompt: reads an entry, runs it as a cell, shows what it gave, and goes on after errors.
package final class REPL {
  private let runner: Runner
  private let renderer: EventRenderer
  private let interrupts: Interrupts
  private let history: HistoryFile?
  private let prompt: Prompt

  /// - Parameters:
  ///   - runner: the session; it reports to `renderer`.
  ///   - renderer: shows values and errors.
  ///   - interrupts: Ctrl-C while a cell runs.
  ///   - commands: what entries may use.
  ///   - history: earlier entries; nil to keep none.
  ///   - theme: what the terminal that prompts are written to may get.
  package init(
    runner: Runner, renderer: EventRenderer, interrupts: Interrupts, commands: CommandTable,
    history: HistoryFile?, theme: Theme
  ) {
    self.runner = runner
    self.renderer = renderer
    self.interrupts = interrupts
    self.history = history
    prompt = Prompt(commands: commands, theme: theme)
  }

  /// The terminal as a source of entries: with a line editor, or line by line where there is none.
  package func openTerminal(allowsEscapes: Bool, promptStream: TextStream) -> any LineSource {
    let plain = PlainLineReader(
      descriptor: STDIN_FILENO, rules: prompt.rules, promptStream: promptStream)
    do throws(TerminalError) {
      return try LineEditor(
        rules: prompt.rules, allowsEscapes: allowsEscapes, history: earlierEntries())
    } catch .noTerminal {
      return plain
    } catch {
      renderer.notice("note: no line editing: \(error.message)\n")
      return plain
    }
  }

  /// Reads and runs entries until `quit`, the end of the input or a signal.
  ///
  /// - Returns: 0, or the exit code for what ended it.
  package func run(_ source: any LineSource) -> ExitCode {
    var interruptCount = 0
    refreshNames()
    while true {
      let input: LineInput
      do throws(TerminalError) {
        input = try source.next()
      } catch {
        return end(after: error)
      }
      if let code = interrupts.endRequest.flatMap(ExitCode.init(signal:)) { return code }
      switch input {
      case .entry(let text, _):
        interruptCount = 0
        remember(text, in: source)
        if let code = run(text) { return code }
      case .interrupted:
        interruptCount += 1
        if interruptCount == 2 { renderer.notice("`quit` or Ctrl-D ends ft\n") }
      case .end:
        renderer.notice("\n")
        return .done
      case .signal(let signal): return ExitCode(signal: signal) ?? .terminated
      }
    }
  }

  /// Runs an entry; returns how the program ends, nil when it goes on.
  private func run(_ text: String) -> ExitCode? {
    guard !interrupts.isBusy else {
      renderer.notice("the last command is still stopping; try again in a moment\n")
      return nil
    }
    renderer.mute(false)
    let cell = prompt.cell
    let outcome = interrupts.wait { [runner, renderer] () -> Runner.Outcome? in
      runner.clearStop()
      let (script, problems) = await runner.prepare(SourceFile(.cell(cell), text))
      for problem in problems { renderer.show(problem) }
      guard let script else { return .finished(.null) }
      return script.statements.isEmpty ? nil : await runner.run(script, asCell: cell)
    }
    guard let outcome else {
      renderer.mute(true)
      renderer.notice("not waiting: the command ends by itself at its next safe point\n")
      prompt.cell += 1
      return interrupts.endRequest.flatMap(ExitCode.init(signal:))
    }
    renderer.finish()
    return outcome.flatMap { end(after: $0) }
  }

  /// Shows how a cell ended, and says whether the program ends with it.
  private func end(after outcome: Runner.Outcome) -> ExitCode? {
    prompt.cell += 1
    if let problem = outcome.problem { renderer.show(problem) }
    if renderer.failure != nil { return .inputOutput }
    if let code = interrupts.endRequest.flatMap(ExitCode.init(signal:)) { return code }
    switch outcome {
    case .quit: return .done
    case .interrupted: renderer.notice("\nstopped\n")
    case .finished, .failed, .broken: break
    }
    refreshNames()
    return nil
  }

  private func end(after error: TerminalError) -> ExitCode {
    guard error != .hungUp else { return .hungUp }
    renderer.notice("error: \(error.message)\n")
    return .inputOutput
  }

  private func refreshNames() {
    if let known = interrupts.wait(for: { [runner] in await runner.knownNames() }) {
      prompt.known = known
    }
  }

  // MARK: History

  private func earlierEntries() -> [String] {
    do throws(TerminalError) {
      return try history?.load().map(\.text) ?? []
    } catch {
      renderer.notice("note: \(error.message)\n")
      return []
    }
  }

  private func remember(_ text: String, in source: any LineSource) {
    guard !text.allSatisfy(\.isWhitespace) else { return }
    (source as? LineEditor)?.remember(text)
    let entry = HistoryEntry(
      text: text, time: Int(Date().timeIntervalSince1970),
      folder: FileManager.default.currentDirectoryPath)
    // Failing was told at the start; typing goes on without a history.
    try? history?.append(entry)
  }
}
