import Datasets
import Language

extension Example {
  /// Whether what is to be learned has a carriage return in it.
  var hasReturnInAnswer: Bool {
    let answers: [String] =
      switch content {
      case .conversation(let turns): turns.filter(\.isTrained).map(\.content)
      case .completion(_, let completion): [completion]
      case .text(let text): [text]
      case .labelled(_, let label): [label]
      }
    return answers.contains { $0.utf8.contains(UInt8(ascii: "\r")) }
  }

  /// The row as scripts see it, in `for row in data` and as `row` after `where`.
  var record: Record {
    var record: Record = [
      "text": .string(input), "answer": .string(target), "line": .integer(line),
    ]
    switch content {
    case .conversation(let turns): record["turns"] = .integer(turns.count)
    case .labelled(_, let label): record["label"] = .string(label)
    case .completion, .text: break
    }
    return record
  }
}
