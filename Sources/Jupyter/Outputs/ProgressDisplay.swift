import Foundation
import Notebook
import Reporting
import Serialization
import Session
import Terminal

/// A place in a cell's output where progress is shown: one display, written again and again.
struct ProgressDisplay {
  /// Work that takes less shows none.
  private static let patience = 0.4
  /// When it changes: often enough to look alive, seldom enough for a browser far away.
  private static let secondsBetween = 0.4

  /// What to publish.
  struct Change {
    let type: String
    let content: JSONObject
  }

  private let id = UUID().uuidString
  private var isShown = false
  private var nextTime: Double

  /// Begins, at a time in seconds.
  init(at time: Double) { nextTime = time + Self.patience }

  /// Shows how far the work is, and its curve so far; nil when that was done just now.
  mutating func update(
    _ progress: SessionEvent.Progress, _ curve: Chart?, at time: Double
  ) -> Change? {
    guard time >= nextTime else { return nil }
    nextTime = time + Self.secondsBetween
    let line = VisibleText.of(Self.line(progress))
    let share = NumberText.fixed(min(1, max(0, progress.fraction)), decimals: 3)
    let picture = curve.map { "\n<div style=\"max-width:40em\">\(Figure($0).svg)</div>" } ?? ""
    return change([
      "text/plain": .string(line),
      "text/html": .string(
        "<div><progress max=\"1\" value=\"\(share)\" style=\"width:14em\"></progress> "
          + "\(Page.fragment(.text(line)))\(picture)</div>"),
    ])
  }

  /// Leaves a summary in its place; nil when nothing was shown and nothing is to say.
  mutating func end(_ summary: String?) -> Change? {
    guard isShown || summary != nil else { return nil }
    return change(["text/plain": .string(VisibleText.of(summary ?? ""))])
  }

  private mutating func change(_ data: JSONObject) -> Change {
    defer { isShown = true }
    return Change(
      type: isShown ? "update_display_data" : "display_data",
      content: [
        "data": .object(data), "metadata": [NotebookKey.name: [NotebookKey.progress: true]],
        "transient": ["display_id": .string(id)],
      ])
  }

  private static func line(_ progress: SessionEvent.Progress) -> String {
    var parts = [progress.label]
    if progress.fraction.isFinite {
      parts[0] += " \(Int(min(1, max(0, progress.fraction)) * 100)) %"
    }
    parts += progress.measures.map { $0.name.isEmpty ? $0.value : "\($0.name) \($0.value)" }
    if let left = progress.secondsLeft { parts.append("\(Quantity(left, .seconds).text) left") }
    return parts.joined(separator: " · ")
  }
}
