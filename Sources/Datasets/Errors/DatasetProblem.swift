package import Reporting

/// What is wrong with one row of a file: the place and the reason.
package struct DatasetProblem: Hashable, Sendable {
  /// Where it is, with a look at the line.
  package let spot: DatasetPlace
  /// What is wrong, with the values that show it.
  package let reason: ProblemReason

  /// The file's name, without its folder.
  package var file: String { spot.file }
  /// 1-based line.
  package var line: Int { spot.line }
  /// 1-based column, in characters; 1 where the whole row is meant.
  package var column: Int { spot.column }
  /// The line, or what of a long one is around the fault.
  package var excerpt: Excerpt { spot.excerpt }

  /// The place as editors and terminals understand it, such as `support.jsonl:412:36`.
  package var place: String { spot.text }

  /// What is wrong in one line, for a list: the place, the code and the fault.
  var sentence: String {
    let told = reason.diagnostic(of: "the row", in: "data")
    let code = told.code.map { " [\($0.id)]" } ?? ""
    let fault = told.message.hasSuffix(".") ? told.message.dropLast() : told.message[...]
    return "\(place)\(code) \(fault)" + (reason.detail.map { ": " + $0 } ?? "")
  }

  /// What the user is told of a row, one of those called `part`: the line with its place marked.
  func diagnostic(of part: String) -> Diagnostic {
    var diagnostic = reason.diagnostic(of: "line \(line) of \(file)", in: part)
    diagnostic.primary = spot.label(reason.detail ?? "")
    return diagnostic
  }
}

extension DatasetProblem: Explained {
  package var diagnostic: Diagnostic { diagnostic(of: "data") }
}

/// The problems of a file: all are counted, the first hundred are kept.
package struct ProblemList: Hashable, Sendable {
  /// How many problems are kept to be shown.
  package static let limit = 100
  /// The first problems, in the order of the file.
  package private(set) var shown: [DatasetProblem] = []
  /// How many there are in all, shown or not.
  package private(set) var count = 0

  package init() {}

  /// Whether every row can be used.
  package var isEmpty: Bool { count == 0 }

  /// Counts a problem, and keeps it while there is room.
  package mutating func append(_ problem: @autoclosure () -> DatasetProblem) {
    count += 1
    if shown.count < Self.limit { shown.append(problem()) }
  }

  /// Counts the problems of later rows, and keeps them while there is room.
  mutating func append(_ later: ProblemList) {
    count += later.count
    shown += later.shown.prefix(Self.limit - shown.count)
  }

  /// How many problems are told in one go, the first at length and the others in a line each.
  private static let toldCount = 20

  /// What the user is told: the first problem, the others in a line each, and how many more there are;
  /// `part` is what the rows are called.
  func diagnostic(of part: String, summary: String) -> Diagnostic {
    guard let first = shown.first else { return Diagnostic(code: .unreadableData, summary) }
    var diagnostic = first.diagnostic(of: part)
    guard count > 1 else { return diagnostic }
    let told = shown.prefix(Self.toldCount)
    diagnostic.hints += told.dropFirst().map { Diagnostic.Hint("also", $0.sentence) }
    let more = count - told.count
    diagnostic.hints.append(
      Diagnostic.Hint("in all", summary + (more > 0 ? ", and \(more) of them are not shown" : "")))
    return diagnostic
  }
}
