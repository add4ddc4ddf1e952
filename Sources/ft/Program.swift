import ArgumentParser
import Benchmarks
import CPU
import Commands
import Execution
import Fetching
import Foundation
import Lessons
import Notebook
import REPL
import Reporting
import Sandbox
import Serialization
import Session
import Terminal
import Workers

/// The parts put together: one session, shown in this terminal.
struct Program {
  let environment: [String: String]
  let resources: Resources
  private let streams = OutputStreams.standard
  private let noticeTheme: Theme
  let renderer: EventRenderer
  /// What scripts are kept to; nil for those that are trusted.
  let limits: FileLimits?
  /// The lesson of somebody else that the program is started for.
  let guest: GuestLesson?

  /// - Parameters:
  ///   - machine: what the command line says about the machine.
  ///   - trust: how far the script is trusted that is to run.
  ///   - script: the file of it; nil when it comes from elsewhere.
  ///   - isPrompt: whether someone types; then long output comes a page at a time.
  ///   - guestPath: the file of a lesson of somebody else, and whether it is trusted.
  /// - Throws: `ValidationError` when the machine lacks what was asked for.
  init(
    _ machine: MachineOptions, trust: TrustOptions? = nil, script: String? = nil,
    isPrompt: Bool = false, guest guestPath: (path: String, isTrusted: Bool)? = nil
  ) throws {
    environment = ProcessInfo.processInfo.environment
    let folder = Self.stateFolder(environment)
    guest = guestPath.map {
      GuestLesson(path: $0.path, isTrusted: $0.isTrusted, keptIn: folder)
    }
    resources = Resources(
      executable: Bundle.main.executablePath ?? CommandLine.arguments[0],
      home: environment["FT_HOME"], codes: DiagnosticCode.all,
      fetching: FetchEnvironment(environment))
    limits =
      trust?.isUntrusted == true
      ? Self.limits(resources, script: script, writable: trust?.folders ?? [])
      : guest?.limits(resources)
    noticeTheme = Theme(environment: environment, isTerminal: streams.notices.isTerminal)
    let pagerCommand = environment["PAGER"].flatMap { $0.isEmpty ? nil : $0 }
    let resultTheme = Theme(environment: environment, isTerminal: streams.results.isTerminal)
    renderer = EventRenderer(
      streams: streams, resultTheme: resultTheme, noticeTheme: noticeTheme,
      pager: isPrompt && limits == nil && resultTheme.allowsRedraw
        ? Pager(command: pagerCommand) : nil)
    // Before there are threads, which would not be held.
    try enterSandbox()
    try machine.apply(environment)
  }

  // MARK: Scripts

  func run(file path: String, _ options: ScriptOptions) throws {
    try run(name: path, options) { () throws(Diagnostic) in try NotebookFile.script(path: path) }
  }

  func runInput(_ options: ScriptOptions) throws {
    try run(name: "stdin", options) { () throws(Diagnostic) in
      try ScriptText.read(descriptor: STDIN_FILENO, name: "stdin")
    }
  }

  func run(text: String, name: String, _ options: ScriptOptions) throws {
    try run(name: name, options) { () throws(Diagnostic) in SourceFile(.file(name), text) }
  }

  private func run(
    name: String, _ options: ScriptOptions, read: () throws(Diagnostic) -> SourceFile
  ) throws {
    let start = ProcessInfo.processInfo.systemUptime
    let team = try joinWorkers()
    let isShown = team?.isFirst ?? true
    let json =
      options.json && isShown
      ? JSONEvents(script: name) { [renderer] in renderer.writeResult($0) } : nil
    json?.start(
      version: Main.version, isa: VectorPath.current.rawValue, threads: Parallelism.threadCount)
    let report = { @Sendable [renderer] (event: RunEvent) in
      guard isShown else { return }
      json?.report(event)
      if case .problem = event {
        renderer.report(event)
      } else if json == nil {
        renderer.report(event)
      }
    }
    var code = Notebook.ExitCode.done
    do throws(Diagnostic) {
      code = run(try texts(options, for: team, read: read), by: team, report)
    } catch {
      report(.problem(error))
      code = Notebook.ExitCode(error)
    }
    json?.end(code, seconds: ProcessInfo.processInfo.systemUptime - start)
    renderer.finish()
    team?.leave(hasFailed: code != .done)
    try finish(code)
  }

  /// Runs scripts until they end, or until the user does not want to wait for that.
  private func run(
    _ texts: [SourceFile], by team: Team?, _ report: @escaping @Sendable (RunEvent) -> Void
  ) -> Notebook.ExitCode {
    let usual = limits == nil ? Session.usualRecord : Self.runFolder + "/" + Session.usualRecord
    let (runner, interrupts) = makeRunner(
      record: team?.isFirst ?? true ? usual : nil, team: team, report)
    let script = ScriptRunner(runner, report: report)
    guard let code = interrupts.wait(for: { await script.run(texts) }) else {
      // The others wait for a worker that goes on no more.
      if team != nil { exit(Notebook.ExitCode.interrupted.rawValue) }
      return .interrupted
    }
    guard code == .interrupted, let signal = interrupts.endRequest else { return code }
    return Notebook.ExitCode(signal: signal) ?? code
  }

  /// Makes a session, whose trainings are recorded in the file `record`, or nowhere.
  func makeRunner(
    record: String? = nil, team: Team? = nil, _ report: @escaping @Sendable (RunEvent) -> Void
  ) -> (Runner, Interrupts) {
    let runner = Runner(
      resources: resources, limits: limits, record: record, team: team, report: report)
    let stop = team?.wish ?? runner.stop
    renderer.whenOutputFails { stop.request() }
    let isShown = team?.isFirst ?? true
    let interrupts = Interrupts(
      stop: stop, tell: { [renderer] in if isShown { renderer.notice($0) } })
    interrupts.takeSignals()
    return (runner, interrupts)
  }

  /// Ends with `code`, or with that of an output that could not be written.
  func finish(_ code: Notebook.ExitCode) throws {
    renderer.finish()
    guard let failure = renderer.failure else { throw ArgumentParser.ExitCode(code.rawValue) }
    // Who closed the pipe has read enough, and needs no words.
    if failure != .outputClosed {
      renderer.show(
        Diagnostic(code: .unwrittenOutput, "the results are not complete: \(failure.message)."))
    }
    throw ArgumentParser.ExitCode(Notebook.ExitCode.inputOutput.rawValue)
  }

  // MARK: Verifying

  /// Runs a notebook again, in its folder, and says what differs from what it records.
  func verify(file path: String) throws {
    try refuseWorkers()
    let report = { @Sendable [renderer] (event: RunEvent) in
      if case .problem = event { renderer.report(event) }
    }
    let (runner, interrupts) = makeRunner(report)
    let url = URL(fileURLWithPath: path)
    // A folder that is not there is told when the file is read.
    _ = FileManager.default.changeCurrentDirectoryPath(url.deletingLastPathComponent().path)
    let verifier = Verifier(runner, report: report)
    let found = interrupts.wait { await verifier.verify(path: url.path, name: path) }
    guard let found else { return try finish(.interrupted) }
    if let result = found.result { renderer.writeResult(result.text(path: path)) }
    try finish(found.code)
  }

  // MARK: Converting

  /// Makes a notebook's file into another form, and says so.
  func convert(_ source: String, to target: String, replaces: Bool) throws {
    var code = Notebook.ExitCode.done
    do throws(Diagnostic) {
      let count = try NotebookConversion.convert(source, to: target, replaces: replaces)
      renderer.say("wrote \(target), \(count) \(count == 1 ? "cell" : "cells")")
    } catch {
      renderer.show(error)
      code = Notebook.ExitCode(error)
    }
    try finish(code)
  }

  // MARK: The prompt

  /// Reads entries until the user ends the session.
  ///
  /// - Parameter lesson: the lesson to begin with, if any.
  /// - Throws: the program's exit code.
  func prompt(lesson: LessonCall? = nil) throws {
    try refuseWorkers()
    // Ctrl-\, so near to others, must not end a session and lose its work.
    signal(SIGQUIT, SIG_IGN)
    let record = limits == nil ? Session.usualRecord : nil
    let (runner, interrupts) = makeRunner(record: record) { [renderer] in renderer.report($0) }
    let promptStream = streams.results.isTerminal ? streams.results : streams.notices
    let theme = Theme(environment: environment, isTerminal: promptStream.isTerminal)
    let repl = REPL(
      runner: runner, renderer: renderer, interrupts: interrupts, commands: CommandList.table,
      history: history, editor: editor, classroom: classroom,
      asksBeforeLeaving: true, theme: theme)
    renderer.say(Machine(resources).banner(version: Main.version, theme: theme))
    if stateFolder == nil {
      renderer.notice("note: nothing can be kept: no history, and no progress in lessons\n")
    }
    let source = repl.openTerminal(allowsEscapes: theme.allowsRedraw, promptStream: promptStream)
    try finish(repl.run(source, lesson: lesson))
  }

  /// The user's editor of texts; nil when none is named.
  private var editor: ExternalEditor? {
    // Who is kept to some files starts no programs.
    guard limits == nil else { return nil }
    let names = ["VISUAL", "EDITOR"].compactMap { environment[$0] }
    return names.first { !$0.isEmpty }.map(ExternalEditor.init)
  }

  /// What lessons are given with.
  var classroom: Classroom {
    let page = LessonRenderer(renderer, theme: noticeTheme) { [streams] in
      streams.notices.columns ?? 80
    }
    guard let guest else {
      return Classroom(resources: resources, page: page, stateFolder: stateFolder)
    }
    return Classroom(
      resources: resources, page: page, stateFolder: guest.stateFolder,
      guest: try? Course.lesson(path: guest.path), limits: limits)
  }

  var history: HistoryFile? {
    limits == nil ? stateFolder.map { HistoryFile(path: $0 + "/history") } : nil
  }

  /// The folder for what is kept between runs, which the XDG rules name; nil when it cannot be made.
  private var stateFolder: String? { Self.stateFolder(environment) }

  private static func stateFolder(_ environment: [String: String]) -> String? {
    let home = environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    guard let state = home ?? environment["HOME"].map({ $0 + "/.local/state" }) else { return nil }
    let folder = state + "/tunebook"
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch { return nil }
    return folder
  }

  // MARK: Measuring

  /// Measures, shows what came out, and ends.
  func bench(
    asJSON: Bool,
    _ measure: (Resources, _ tell: @escaping (String) -> Void) throws(Diagnostic) -> BenchmarkReport
  ) throws {
    var code = Notebook.ExitCode.done
    do throws(Diagnostic) {
      let report = try measure(resources) { [renderer] in renderer.notice($0 + "\n") }
      if asJSON {
        renderer.writeResult(report.json(version: Main.version).text + "\n")
      } else {
        renderer.report(.shown(.report(report.report)))
      }
    } catch {
      renderer.show(error)
      code = Notebook.ExitCode(error)
    }
    try finish(code)
  }

  // MARK: Help and doctor

  /// Writes a text to standard output.
  func show(_ text: String) throws {
    renderer.writeResult(text)
    try finish(.done)
  }

  func doctor() throws {
    let report = Machine(resources).report(
      version: Main.version, editsLines: isatty(STDIN_FILENO) == 1 && streams.results.isTerminal)
    renderer.report(.shown(.report(report)))
    try finish(.done)
  }
}
