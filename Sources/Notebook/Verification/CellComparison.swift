import Commands
import Language
import Serialization

/// What a cell is held to: the lines it printed, the values of its commands and its own.
///
/// What commands show is left out: the same is in their values, and those say which fields, such as
/// seconds, may differ from run to run.
struct CellComparison {
  /// The fields that some command declares as volatile.
  private static let volatileNames = Set(
    CommandList.table.signatures.flatMap { signature in
      signature.result.filter(\.isVolatile).map(\.name)
    })

  /// The differences of a cell's outputs, in order.
  static func differences(
    recorded: [OutputLine], found: [OutputLine]
  ) -> [ValueDifference] {
    let (old, new) = (values(of: recorded), values(of: found))
    return (0..<max(old.count, new.count)).flatMap { index -> [ValueDifference] in
      let (before, after) = (
        index < old.count ? old[index] : nil, index < new.count ? new[index] : nil
      )
      guard let before, let after, before.name == after.name else {
        return [
          ValueDifference(
            before?.name ?? after?.name ?? "", before?.value.text,
            after.map { $0.name == before?.name ? $0.value.text : "\($0.name): \($0.value.text)" })
        ]
      }
      return ValueDifference.between(
        before.value, after.value, at: before.name, isVolatile: volatileNames.contains)
    }
  }

  private static func values(of lines: [OutputLine]) -> [(name: String, value: JSONValue)] {
    lines.compactMap { line in
      switch line {
      case .printed(let text): ("printed", .string(text))
      case .shown: nil
      case .result(let command, let value): (command, value)
      case .value(let value): ("value", value)
      }
    }
  }
}
