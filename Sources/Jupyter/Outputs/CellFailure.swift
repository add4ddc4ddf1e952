import Reporting
import Serialization
import Terminal

/// Why a cell did not end well, as messages have it.
struct CellFailure {
  /// The code of the error, or a word.
  private let name: String
  private let sentence: String
  /// What is shown, piece by piece.
  private let rendered: [String]

  private static let columns = 100

  /// The fields of an `error` message; those of a reply but for its status.
  var fields: JSONObject {
    [
      "ename": .string(name), "evalue": .string(sentence),
      "traceback": .array(rendered.map { .string($0) }),
    ]
  }

  /// What is wrong with an entry; the first is what it is called after.
  init(_ problems: [Diagnostic]) {
    let errors = problems.filter { $0.severity != .note }
    name = errors.first?.code?.id ?? "error"
    sentence = errors.first?.message ?? ""
    rendered = errors.map { problem in
      String(Self.text(problem).reversed().drop(while: \.isNewline).reversed())
    }
  }

  /// The user stopped it.
  static let stopped = CellFailure(name: "stopped", "The cell was stopped.", ["stopped"])

  private init(name: String, _ sentence: String, _ rendered: [String]) {
    self.name = name
    self.sentence = sentence
    self.rendered = rendered
  }

  /// A diagnostic as notebooks show it, in colour.
  static func text(_ problem: Diagnostic) -> String {
    let theme = Theme(allowsColor: true, allowsRedraw: false, allowsUnicode: true)
    return DiagnosticRenderer(theme: theme, width: columns).text(problem)
  }
}
