import Foundation
import Language
import Messaging
package import Notebook
import Reporting
import Serialization
import Session
import Synchronization
import Terminal

/// What a cell shows and gives, published as it comes.
package final class CellOutputs: Sendable {
  private let publisher: Publisher
  private let state = Mutex(State())

  /// How long printed text may wait for more, in seconds: a message a line would drown a browser.
  private static let streamPatience = 0.1
  /// As many bytes do not wait.
  private static let longestWait = 1 << 16

  private struct State {
    /// The request that all is published for; nil between cells, and for silent ones.
    var request: Message?
    /// The cell's number.
    var number = 0
    /// The text of a page that is shown beside the notebook, while one is asked for.
    var page: String?
    var stream = Stream.results
    /// Text that waits.
    var waiting = ""
    var isMidLine = false
    var progress: ProgressDisplay?
    var curve = LossCurve()
    /// How much has been written to the results' stream, in Unicode scalars, and where in it is what
    /// models wrote.
    var written = 0
    var generated: [Range<Int>] = []
  }

  private enum Stream: String {
    case results = "stdout"
    case notices = "stderr"
  }

  package init(_ publisher: Publisher) { self.publisher = publisher }

  // MARK: A cell

  /// Publishes what comes for a request; a silent one's nothing.
  func begin(_ request: Message, number: Int, isSilent: Bool, asPage: Bool) {
    state.withLock {
      $0 = State()
      $0.number = number
      $0.request = isSilent ? nil : request
      $0.page = asPage ? "" : nil
    }
  }

  /// Publishes what waits.
  ///
  /// - Returns: the page, when one was asked for.
  func end() -> String? {
    state.withLock { state in
      flush(&state)
      state.request = nil
      defer { state.page = nil }
      return state.page
    }
  }

  /// Publishes the one message that tells of a failure.
  func fail(_ failure: CellFailure) {
    state.withLock { publish("error", failure.fields, &$0) }
  }

  /// Takes back what the cell has shown.
  func clear() { state.withLock { publish("clear_output", ["wait": false], &$0) } }

  /// Publishes an event, as the runner tells it.
  package func report(_ event: RunEvent) {
    state.withLock { state in
      switch event {
      case .cell: break
      case .printed(let line):
        let ending = state.isMidLine ? "\n" : ""
        write(ending + VisibleText.of(line) + "\n", to: .results, &state)
      case .shown(let event): show(event, &state)
      case .result(let result):
        if result.value != .null { give(result, &state) }
      case .value(let value):
        let data = OutputBundle.ofValue(value.json, text: VisibleText.of(value.source))
        publish(
          "execute_result",
          ["data": .object(data), "metadata": [:], "execution_count": .integer(state.number)],
          &state)
      case .problem(let problem): note(problem, &state)
      }
    }
  }

  private func show(_ event: SessionEvent, _ state: inout State) {
    switch event {
    case .report(let report): show(report, &state)
    case .generated(let text):
      let start = state.written
      write(VisibleText.of(text), to: .results, &state)
      state.generated.append(start..<state.written)
    case .progress(let progress):
      state.curve.add(progress)
      let time = ProcessInfo.processInfo.systemUptime
      var display = state.progress ?? ProgressDisplay(at: time)
      let change = display.update(progress, state.curve.chart, at: time)
      state.progress = display
      if let change { publish(change.type, change.content, &state) }
    case .devMeasured(let step, let loss, _): state.curve.add(devLoss: loss, atStep: step)
    case .progressEnded(let summary):
      var display = state.progress ?? ProgressDisplay(at: 0)
      if let change = display.end(summary) { publish(change.type, change.content, &state) }
      if let chart = state.curve.chart { show(.chart(chart), &state) }
      (state.progress, state.curve) = (nil, LossCurve())
    }
  }

  private func show(_ report: Report, _ state: inout State) {
    switch report {
    case .diagnostic(let problem): note(problem, &state)
    case .group(let reports): for report in reports { show(report, &state) }
    default:
      let text = VisibleText.of(report.plainText)
      guard !text.isEmpty else { return }
      guard state.page == nil else {
        state.page? += text
        return
      }
      var data = OutputBundle.of(report)
      data["text/plain"] = .string(text)
      publish("display_data", ["data": .object(data), "metadata": [:]], &state)
    }
  }

  private func give(_ result: CommandResult, _ state: inout State) {
    let data = OutputBundle.ofResult(result.command, result.value.json)
    var metadata: JSONObject = [:]
    if !state.generated.isEmpty {
      let places = state.generated.map {
        JSONValue.array([.integer($0.lowerBound), .integer($0.upperBound)])
      }
      metadata[NotebookKey.name] = [NotebookKey.generated: .array(places)]
      state.generated = []
    }
    publish("display_data", ["data": .object(data), "metadata": .object(metadata)], &state)
  }

  /// A note stands among the notices, in colour.
  private func note(_ problem: Diagnostic, _ state: inout State) {
    write(CellFailure.text(problem), to: .notices, &state)
  }

  // MARK: Streams

  private func write(_ text: String, to stream: Stream, _ state: inout State) {
    guard state.request != nil, !text.isEmpty else { return }
    if state.stream != stream { flush(&state) }
    state.stream = stream
    if state.waiting.isEmpty {
      DispatchQueue.global().asyncAfter(deadline: .now() + Self.streamPatience) { [weak self] in
        self?.state.withLock { self?.flush(&$0) }
      }
    }
    state.waiting += text
    if stream == .results { state.written += text.unicodeScalars.count }
    state.isMidLine = !text.hasSuffix("\n")
    if state.waiting.utf8.count >= Self.longestWait { flush(&state) }
  }

  /// Publishes the text that waits.
  private func flush(_ state: inout State) {
    guard !state.waiting.isEmpty, let request = state.request else { return }
    publisher.publish(
      "stream",
      ["name": .string(state.stream.rawValue), "text": .string(state.waiting)], for: request)
    state.waiting = ""
  }

  private func publish(_ type: String, _ content: JSONObject, _ state: inout State) {
    guard let request = state.request else { return }
    flush(&state)
    state.isMidLine = false
    publisher.publish(type, content, for: request)
  }
}
