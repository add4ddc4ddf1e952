import Commands
import Execution
import Foundation
package import Language
package import Notebook
import Reporting
package import Terminal

/// The prompt: reads an entry, runs it as a cell, shows what it gave, and goes on after errors.
package final class REPL {
  /// The session that entries run in: the user's own, or a lesson's.
  private(set) var runner: Runner
  let renderer: EventRenderer
  let interrupts: Interrupts
  private let history: HistoryFile?
  let editor: ExternalEditor?
  let prompt: Prompt
  private(set) var source: (any LineSource)?
  /// The cell whose text the next entry is made from; its text is in the line being typed.
  var editedCell: Int?
  /// The files that this session wrote or read, which saving may replace.
  var ownFiles: Set<String> = []
  /// How many entries of the user's session were there when it was last saved.
  var savedEntryCount = 0
  /// Whether a person types, who may have forgotten to save.
  let asksBeforeLeaving: Bool
  /// Whether that person was asked; once is enough.
  var hasAskedBeforeLeaving = false
  /// What lessons are given with; nil where there are none.
  let classroom: Classroom?
  /// The lesson that is on.
  var visit: LessonVisit?
  /// What the next message is said with while lines are messages; nil while they are commands.
  var room: ChatRoom?

  /// - Parameters:
  ///   - runner: the session; it reports to `renderer`.
  ///   - renderer: shows values and errors.
  ///   - interrupts: Ctrl-C while a cell runs.
  ///   - commands: what entries may use.
  ///   - history: earlier entries; nil to keep none.
  ///   - editor: where cells of several lines are edited; nil for the line editor.
  ///   - classroom: what lessons are given with; nil for a prompt without.
  ///   - asksBeforeLeaving: whether the first `quit` only asks when there are cells that were not
  ///     saved.
  ///   - theme: what the terminal that prompts are written to may get.
  package init(
    runner: Runner, renderer: EventRenderer, interrupts: Interrupts, commands: CommandTable,
    history: HistoryFile?, editor: ExternalEditor? = nil, classroom: Classroom? = nil,
    asksBeforeLeaving: Bool = false, theme: Theme
  ) {
    self.runner = runner
    self.renderer = renderer
    self.interrupts = interrupts
    self.history = history
    self.editor = editor
    self.classroom = classroom
    self.asksBeforeLeaving = asksBeforeLeaving
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
  /// - Parameters:
  ///   - source: where entries come from.
  ///   - first: the lesson to begin with, if any.
  /// - Returns: 0, or the exit code for what ended it.
  package func run(_ source: any LineSource, lesson first: LessonCall? = nil) -> ExitCode {
    var interruptCount = 0
    self.source = source
    refreshNames()
    if let first { take(first) }
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
        let origin = editedCell
        editedCell = nil
        if let code = take(text, madeFrom: origin) { return code }
      case .interrupted:
        // The line editor ends the line itself.
        if source is PlainLineReader { renderer.notice("\n") }
        interruptCount += 1
        editedCell = nil
        if interruptCount == 2 {
          renderer.notice(
            room == nil ? "`quit` or Ctrl-D ends ft\n" : "`/leave` or Ctrl-D ends the chat\n")
        }
      case .end:
        renderer.notice("\n")
        guard room == nil else {
          leaveChat()
          continue
        }
        guard let visit, !visit.home.runner.transcript.cells.isEmpty else {
          if mayLeave() { return .done }
          continue
        }
        // One Ctrl-D too many must not end the session that waits.
        leave()
      case .signal(let signal): return ExitCode(signal: signal) ?? .terminated
      }
    }
  }

  /// Does what an entry asks for; returns how the program ends, nil when it goes on.
  private func take(_ text: String, madeFrom origin: Int?) -> ExitCode? {
    if room != nil { return takeInChat(text) }
    if Self.beginsChat(text) {
      beginChat()
      return nil
    }
    if let call = LessonCall(text) {
      take(call)
      return nil
    }
    if isForLesson(text) { return nil }
    if let entry = Prompt.watchRequest(text) { return watch(entry) }
    if let request = HelpRequest(text) { return run(request.command, madeFrom: origin).code }
    guard MetaCall.isMeta(text) else { return run(text, madeFrom: origin).code }
    do throws(Diagnostic) {
      let call = try MetaCall(text, cell: prompt.cell)
      return try call.command.run(call, self)
    } catch {
      renderer.show(error)
      return nil
    }
  }

  /// Runs a text as the next cell, made from another one or not.
  ///
  /// - Returns: how the program ends, nil when it goes on; and whether the cell ran to its end.
  func run(_ text: String, madeFrom origin: Int? = nil) -> (code: ExitCode?, isDone: Bool) {
    guard !isStopping() else { return (nil, false) }
    renderer.mute(false)
    let cell = prompt.cell
    source?.hideTyping()
    let ending = interrupts.wait { [runner, renderer] in
      await runner.run(entry: text, asCell: cell, madeFrom: origin) { renderer.show($0) }
    }
    guard let ending else {
      renderer.mute(true)
      renderer.say("not waiting: the command ends by itself at its next safe point")
      prompt.cell += 1
      return (interrupts.endRequest.flatMap(ExitCode.init(signal:)), false)
    }
    renderer.finish()
    switch ending {
    case .nothing: return (nil, true)
    case .refused(let problems):
      let code = end(after: nil)
      tellLesson(problems.first { $0.severity == .error }, wasStopped: false)
      if visit == nil, LessonWord(typed: text) != nil {
        renderer.say("in a lesson this word leads the way; `lesson` goes on with one")
      }
      return (code, false)
    case .ran(let outcome):
      let code = end(after: outcome)
      if code == nil { tellLesson(outcome.problem, wasStopped: outcome.isInterrupted) }
      return (code, outcome.isFinished)
    }
  }

  /// Whether a command that was no longer waited for is still about to stop; tells so.
  func isStopping() -> Bool {
    guard interrupts.isBusy else { return false }
    renderer.say("the last command is still stopping; try again in a moment")
    return true
  }

  /// Makes a session the one that entries run in and that Ctrl-C stops.
  func work(in runner: Runner) {
    self.runner = runner
    interrupts.redirect(to: runner.stop)
    renderer.whenOutputFails { runner.stop.request() }
  }

  /// Shows how a cell ended, and says whether the program ends with it.
  private func end(after outcome: Runner.Outcome?) -> ExitCode? {
    prompt.cell += 1
    if let problem = outcome?.problem { renderer.show(problem) }
    if renderer.failure != nil { return .inputOutput }
    if let code = interrupts.endRequest.flatMap(ExitCode.init(signal:)) { return code }
    switch outcome {
    case .quit where mayLeave(): return .done
    case .quit: break
    case .interrupted where !runner.hasToldStop: renderer.notice("\nstopped\n")
    case .finished, .failed, .broken, .interrupted, nil: break
    }
    refreshNames()
    return nil
  }

  private func end(after error: TerminalError) -> ExitCode {
    guard error != .hungUp else { return .hungUp }
    renderer.notice("error: \(error.message)\n")
    return .inputOutput
  }

  func refreshNames() {
    if let known = interrupts.wait(for: { [runner] in await runner.knownNames() }) {
      prompt.known = known
    }
    prompt.cells = cells.map(\.number)
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

extension Runner.Outcome {
  fileprivate var isFinished: Bool {
    if case .finished = self { true } else { false }
  }

  fileprivate var isInterrupted: Bool {
    if case .interrupted = self { true } else { false }
  }
}
