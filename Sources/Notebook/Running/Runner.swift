import Commands
package import Execution
package import Language
package import Reporting
package import Sandbox
package import Session
package import Workers

/// Runs cells and scripts in one session: parses, checks, then runs.
///
/// Nothing of a text runs when any of it does not parse, or names something that is not there.
package struct Runner: Sendable {
  /// How a cell or script ended.
  package enum Outcome: Sendable {
    /// To its end, with the value of its last statement.
    case finished(Value)
    /// `quit` was run.
    case quit
    /// It was stopped by the user.
    case interrupted
    case failed(Diagnostic)
    /// An error that no command explained: a bug of this program.
    case broken(any Error)
  }

  /// The model, data and settings that all cells share.
  package let session: Session
  /// What ran so far.
  package let transcript: Transcript
  let interpreter: Interpreter
  /// Asks what is running to stop: training after its step, a script before its next statement.
  ///
  /// Cleared before each cell.
  package let stop: StopFlag
  /// The way that the session has come; nil where nothing is remembered by it.
  let trail: CommandTrail?
  private let report: @Sendable (RunEvent) -> Void
  private let screen: ShownOutput
  private let replay: ReplayedStop

  /// Makes a session with nothing loaded.
  ///
  /// - Parameters:
  ///   - resources: where bundled models and data are.
  ///   - limits: the files that scripts may use, without a network; nil for all.
  ///   - record: the file in which trainings are recorded; nil records none.
  ///   - team: the workers that run the same script together, if any.
  ///   - recollection: what earlier sessions worked out, if that is kept.
  ///   - report: told what happens; called from several threads, in order.
  package init(
    resources: Resources, limits: FileLimits? = nil, record: String? = nil, team: Team? = nil,
    recollection: Recollection? = nil,
    report: @escaping @Sendable (RunEvent) -> Void
  ) {
    let screen = ShownOutput()
    let stop = team?.stop ?? StopFlag()
    let transcript = Transcript()
    let replay = ReplayedStop()
    let tell = { @Sendable (event: RunEvent) in
      transcript.note(event)
      report(event)
    }
    let trail = recollection.map { _ in CommandTrail() }
    let show = { @Sendable (event: SessionEvent) in
      trail?.note(event)
      screen.note(event, isStopping: stop.isRequested)
      tell(.shown(event))
    }
    let session = Session(
      resources: resources, limits: limits, stop: stop, record: record, team: team,
      recollection: recollection, cells: { transcript.entries.map(\.section) }, show: show)
    let tellResult = { @Sendable (event: RunEvent) in
      tell(event)
      guard replay.isDue({ transcript.comparedLineCount }) else { return }
      stop.request()
    }
    var base: any CommandRunner = SessionRunner(session)
    if let recollection, let trail {
      base = RememberingRunner(
        base: SessionRunner(session), session: session, recollection: recollection, trail: trail,
        show: show)
    }
    let runner = ObservedRunner(base: base, stop: stop, report: tellResult)
    interpreter = Interpreter(
      commands: CommandList.table, runner: runner, names: SessionNames(session),
      output: { tellResult(.printed($0)) })
    self.replay = replay
    self.trail = trail
    self.session = session
    self.transcript = transcript
    self.stop = stop
    self.report = report
    self.screen = screen
  }

  /// Reads and checks a text.
  ///
  /// - Returns: the script, or nil when it must not run; and what is wrong with it, at most ten, or
  ///   worth noting.
  package func prepare(_ file: SourceFile) async -> (script: Script?, problems: [Diagnostic]) {
    let (script, syntax) = Script.parse(file, commands: CommandList.table)
    guard syntax.isEmpty else { return (nil, syntax) }
    let problems = Checker(commands: CommandList.table, known: await knownNames()).check(script)
    return (problems.contains { $0.severity == .error } ? nil : script, problems)
  }

  /// Runs one cell of the prompt; its value is reported, unless its command has shown it.
  ///
  /// - Parameters:
  ///   - script: the entry.
  ///   - number: the cell's, as the prompt shows it.
  ///   - origin: the number of the cell that it was made from.
  /// - Returns: how it ended.
  package func run(_ script: Script, asCell number: Int, madeFrom origin: Int? = nil) async
    -> Outcome
  {
    let cell = ScriptCell(script, number: number)
    return await run(cell, madeFrom: origin) { report(.value($0)) }
  }

  /// Runs a whole script, cell by cell; in one without `#%%` lines each statement counts as a cell.
  package func run(_ script: Script) async -> Outcome { await run(script, stops: [:]) }

  /// Runs a whole script, and stops trainings where they were stopped before: `stops` has them by
  /// the places of their cells.
  func run(_ script: Script, stops: [Int: RecordedStop]) async -> Outcome {
    let parts = ScriptCells(script)
    var outcome = Outcome.finished(.null)
    if let procedures = parts.procedures {
      outcome = await run { try await interpreter.run(procedures) }
    }
    for (place, cell) in parts.cells.enumerated() {
      guard case .finished = outcome else { break }
      if let stop = stops[place] {
        outcome = await run(cell, stoppedAt: stop, defines: parts.isMarked)
      } else {
        outcome = await run(cell, defines: parts.isMarked)
      }
    }
    return outcome
  }

  /// Runs a cell and stops its training as it was stopped before; what follows it goes on.
  private func run(
    _ cell: ScriptCell, stoppedAt stop: RecordedStop, defines: Bool
  ) async -> Outcome {
    await session.plan(
      PlannedStop(
        trainingsBefore: stop.trainingsBefore, step: stop.step, isMeasured: stop.isMeasured
      ) { [self] in
        replay.wait(for: stop.lineCount)
        if replay.isDue({ transcript.comparedLineCount }) { self.stop.request() }
      })
    let outcome = await run(cell, defines: defines)
    await session.plan(nil)
    let hasStopped = replay.hasStopped
    replay.wait(for: nil)
    guard case .interrupted = outcome, hasStopped else { return outcome }
    self.stop.clear()
    return .finished(.null)
  }

  /// Keeps an entry that did not run, as it does not parse or names what is not there.
  package func refuse(_ source: String, asCell number: Int, _ problems: [Diagnostic]) {
    transcript.begin(number: number, source: CellText.trimmed(source), origin: nil)
    for problem in problems { transcript.note(.problem(problem)) }
    transcript.end(.failed(problems.first?.code), ranSource: "")
  }

  /// Keeps an entry of comments alone as words between cells.
  package func add(comments: String) {
    if CellText.isProse(comments) { transcript.add(text: CellText.prose(comments)) }
  }

  /// Runs a cell's statements and keeps what comes of it.
  ///
  /// - Parameters:
  ///   - cell: what to run.
  ///   - origin: the number of the cell that it was made from.
  ///   - defines: whether the value is kept, as `it` and by the cell's number.
  ///   - show: told the value, unless the cell's last command has shown it.
  /// - Returns: how it ended.
  private func run(
    _ cell: ScriptCell, madeFrom origin: Int? = nil, defines: Bool = true,
    show: (Value) -> Void = { _ in }
  ) async -> Outcome {
    transcript.begin(number: cell.number, source: cell.source, origin: origin)
    report(.cell(cell.number))
    _ = screen.takeNews()
    var done: [Statement] = []
    var running: [Statement] = []
    let outcome = await run {
      var value = Value.null
      for piece in cell.script.pieces {
        running = piece.statements
        value = try await interpreter.run(piece)
        // A training that was stopped gives what it has: running it again would not.
        if stop.isRequested { break }
        done += piece.statements
      }
      return value
    }
    if case .finished(let value) = outcome, value != .null {
      if defines { await interpreter.keep(value, ofCell: cell.number) }
      if !cell.script.endsInCommand || !screen.takeNews() {
        transcript.note(.value(value))
        show(value)
      }
    }
    if let problem = outcome.problem { transcript.note(.problem(problem)) }
    let status = Cell.Status(outcome)
    let isStoppedTraining =
      status == .stopped && RecordedStop(transcript.runningLines) != nil
    transcript.end(
      status, ranSource: status == .done ? cell.source : CellText.of(done, cell.script.file),
      stoppedSource: isStoppedTraining ? CellText.of(done + running, cell.script.file) : nil)
    return outcome
  }

  /// Whether a command has told that it was stopped, since this was last asked.
  package var hasToldStop: Bool { screen.takeStop() }

  /// What exists now: the session's things, and the variables of scripts.
  package func knownNames() async -> KnownNames {
    var known = await session.knownNames()
    known.variables += await interpreter.variables.map(\.name)
    known.procedures += await interpreter.procedures
    known.outputs = await interpreter.outputNumbers
    for case (let name, .record(let record)) in await interpreter.variables {
      known.members[name] = record.names
    }
    return known
  }

  private func run(_ body: () async throws -> Value) async -> Outcome {
    do {
      let value = try await body()
      // A training that was stopped gives what it has: the rest was still not done.
      return stop.isRequested ? .interrupted : .finished(value)
    } catch let diagnostic as Diagnostic {
      return .failed(diagnostic)
    } catch is QuitRequest {
      return .quit
    } catch is CancellationError {
      return .interrupted
    } catch {
      return .broken(error)
    }
  }
}

extension Cell.Status {
  /// How a cell ended that ended in this way.
  fileprivate init(_ outcome: Runner.Outcome) {
    switch outcome {
    case .finished: self = .done
    // The end of the session is not part of the work: what came before it is.
    case .quit, .interrupted: self = .stopped
    case .failed(let problem): self = .failed(problem.code)
    case .broken: self = .failed(nil)
    }
  }
}
