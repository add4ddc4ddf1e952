import Execution
import Language
import Reporting
import Serialization
import Session
import Synchronization

/// Keeps what runs and what comes of it, cell by cell: for listing, saving and reports.
///
/// Called from several threads, in the order in which things happen.
package final class Transcript: Sendable {
  /// Outputs kept of one cell; a loop may print for days.
  static let mostOutputs = 10_000
  static let mostBytes = 1 << 20

  private let state = Mutex(TranscriptState())

  package init() {}

  /// What ran so far; a cell that is running comes last when it has shown something.
  package var entries: [NotebookEntry] {
    state.withLock { state in
      guard let current = state.current, !current.outputs.isEmpty else { return state.entries }
      return state.entries + [.cell(current)]
    }
  }

  /// The cells of ``entries``, without the words between them.
  package var cells: [Cell] { entries.compactMap(\.cell) }

  /// What the cell that is running has given so far.
  var runningLines: [OutputLine] {
    state.withLock { $0.current?.outputs ?? [] }.flatMap(\.lines)
  }

  /// How many of them `verify` looks at.
  var comparedLineCount: Int { runningLines.count(where: \.isCompared) }

  /// The value of the last cell with a number, as text; nil when it gave none.
  package func value(ofCell number: Int) -> String? {
    let outputs = cells.last { $0.number == number }?.outputs ?? []
    return outputs.lazy.compactMap { if case .value(let value) = $0 { value.text } else { nil } }
      .last
  }

  /// The number after the greatest of the cells so far.
  package var nextNumber: Int { (cells.map(\.number).max() ?? 0) + 1 }

  /// Adds words between cells.
  package func add(text: String) { state.withLock { $0.entries.append(.text(text)) } }

  /// Begins a cell.
  func begin(number: Int, source: String, origin: Int?) {
    state.withLock { state in
      state.current = Cell(number: number, source: source, origin: origin)
      state.start = .now
      state.byteCount = 0
    }
  }

  /// Ends the cell.
  ///
  /// - Parameters:
  ///   - status: how it ended.
  ///   - ranSource: what of its source ran to its end.
  ///   - stoppedSource: that with the training that was stopped, when one was.
  func end(_ status: Cell.Status, ranSource: String, stoppedSource: String? = nil) {
    state.withLock { state in
      guard var cell = state.current else { return }
      cell.status = status
      cell.ranSource = ranSource
      cell.stoppedSource = stoppedSource
      cell.seconds = (ContinuousClock.now - state.start).seconds
      state.entries.append(.cell(cell))
      state.current = nil
    }
  }

  /// Takes part in what a cell tells.
  func note(_ event: RunEvent) {
    state.withLock { state in
      switch event {
      case .cell: break
      case .printed(let line): state.add(.printed(line))
      case .shown(let event): state.note(event)
      case .result(let result): state.note(result)
      case .value(let value): state.add(.value(value.json))
      case .problem(let problem): state.add(.problem(problem))
      }
    }
  }
}

/// What a transcript holds, with the cell that is running.
private struct TranscriptState {
  var entries: [NotebookEntry] = []
  var current: Cell?
  var start = ContinuousClock.now
  var byteCount = 0
  /// That of the training under way.
  private var curve = LossCurve()

  mutating func add(_ output: CellOutput) {
    guard var cell = current else { return }
    // Let go meanwhile, so that the outputs are changed in place.
    current = nil
    defer { current = cell }
    if case .generated(let more) = output, case .generated(let text) = cell.outputs.last {
      guard byteCount < Transcript.mostBytes else { return }
      cell.outputs[cell.outputs.count - 1] = .generated(text + more)
      byteCount += more.utf8.count
      return
    }
    let isFull = byteCount >= Transcript.mostBytes || cell.outputs.count >= Transcript.mostOutputs
    guard !isFull else {
      let note = CellOutput.report(.text("(more was left out here)"))
      if cell.outputs.last != note { cell.outputs.append(note) }
      return
    }
    byteCount += output.size
    cell.outputs.append(output)
  }

  mutating func note(_ result: CommandResult) {
    if current?.commands.contains(result.command) == false {
      current?.commands.append(result.command)
    }
    if result.value != .null { add(.result(command: result.command, result.value.json)) }
  }

  mutating func note(_ event: SessionEvent) {
    switch event {
    case .report(let report): add(.report(report))
    case .generated(let text): add(.generated(text))
    case .progress(let progress): curve.add(progress)
    case .devMeasured(let step, let loss, _): curve.add(devLoss: loss, atStep: step)
    case .progressEnded:
      // Of a training that took several steps, the losses stay as a curve.
      if let chart = curve.chart { add(.report(.chart(chart))) }
      curve = LossCurve()
    }
  }
}
