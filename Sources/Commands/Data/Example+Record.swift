import Datasets
import Language

extension Example {
  /// The row as scripts see it, in `for row in data` and as `row` after `where`.
  var record: Record {
    var record: Record = [
      "text": .string(input), "answer": .string(target), "line": .integer(line),
    ]
    switch content {
    case .conversation(let turns): record["turns"] = .integer(turns.count)
    case .labelled(_, let label): record["label"] = .string(label)
    case .marked(_, let labels): record["labels"] = .list(labels.map { .string($0) })
    case .preference(_, let worse):
      record["rejected"] = .string(Example(worse, line: line).target)
    case .verdict(_, let isGood): record["good"] = .bool(isGood)
    case .match(_, _, let negatives):
      record["negatives"] = .list(negatives.map { .string($0) })
    case .alike(_, _, let score): record["score"] = .number(score)
    case .completion, .text: break
    }
    return record
  }
}
