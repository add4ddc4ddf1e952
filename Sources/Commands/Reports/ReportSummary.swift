import Adapters
import Datasets
import Language
import Models
import Reporting
import Session
import Training

/// What a report opens with: what was done, on what, what it changed, and what it cost.
struct ReportSummary {
  private let sections: [Page.Section]

  init(_ sections: [Page.Section]) { self.sections = sections }

  /// A line each; what there was nothing of has none.
  func fields(in session: isolated Session) -> [Report.Field] {
    var fields: [Report.Field] = []
    if let model = session.model {
      let size = Quantity(Double(model.model.parameterCount), .magnitude).text
      fields.append(.init("model", .text("\(model.name), \(size) parameters")))
    }
    if let data = session.currentData {
      var text = "\(data.name), \(Wording.count(data.dataset.examples.count, "row"))"
      let parts = [("train", data.train), ("dev", data.dev), ("test", data.test)]
        .filter { !$0.1.isEmpty }.map { "\($0.0) \(Quantity.count($0.1.count).text)" }
      if parts.count > 1 { text += ": " + parts.joined(separator: ", ") }
      fields.append(.init("data", .text(text)))
    }
    if let run = session.lastRun {
      fields.append(.init("last training", .text(training(run, session))))
    }
    if let change { fields.append(change) }
    fields.append(.init("cost", .text(cost(session)), isVolatile: true))
    return fields
  }

  private func training(_ run: RunSummary, _ session: isolated Session) -> String {
    var parts: [String] = []
    if let adapter = session.model?.adapter {
      parts.append("\(adapter.kindName) rank \(adapter.settings.rank)")
    } else if session.model?.isTuned == true {
      parts.append("all weights")
    }
    if let rate = run.learningRates.max() { parts.append("lr \(Wording.digits(rate))") }
    parts.append("\(Wording.count(run.stepCount, "step")), \(run.endingWord)")
    return parts.joined(separator: ", ")
  }

  private func cost(_ session: isolated Session) -> String {
    let seconds = cells.reduce(0) { $0 + $1.seconds }
    var text = "\(Quantity(seconds, .seconds).text) in \(Wording.count(cells.count, "cell"))"
    if let run = session.lastRun {
      text += "; the last training \(Quantity(run.seconds, .seconds).text)"
      if run.tokenCount > 0 { text += ", \(Wording.count(run.tokenCount, "token"))" }
    }
    return text
  }

  // MARK: Before and after

  private var cells: [Page.Cell] {
    sections.compactMap { if case .cell(let cell) = $0 { cell } else { nil } }
  }

  /// The last comparison with base, or else the first and the last measurement.
  private var change: Report.Field? {
    if let last = values(of: "compare").last, let base = last["base"], let tuned = last["tuned"] {
      var text = "\(base) before, \(tuned) after"
      if let low = last["low"], let high = last["high"] {
        text += "; the difference is \(low) to \(high)"
      }
      return .init("loss on held-out rows", .text(text))
    }
    let losses = values(of: "eval").compactMap { $0["loss"] }
    guard let first = losses.first, let last = losses.last else { return nil }
    let text = losses.count > 1 ? "\(first) first, \(last) last" : first
    return .init("loss measured", .text(text))
  }

  /// The fields of a command's values, in order, their numbers as people read them.
  private func values(of command: String) -> [[String: String]] {
    cells.flatMap(\.items).compactMap { item in
      guard case .value(let name, let fields) = item, name == command else { return nil }
      return Dictionary(
        fields.map { ($0.name, Self.short($0.value.text)) }, uniquingKeysWith: { $1 })
    }
  }

  private static func short(_ text: String) -> String {
    Double(text).map { Quantity($0, .loss).text } ?? text
  }
}
