import Foundation

/// An entry that asks for help as in other notebooks: `?`, `?train` or `train?`.
package struct HelpRequest: Hashable, Sendable {
  /// The command that answers it: `help` or `help train`.
  package let command: String

  /// - Returns: nil for an entry that asks for nothing of the kind.
  package init?(_ entry: String) {
    let text = entry.trimmingCharacters(in: .whitespacesAndNewlines)
    let topic = text.trimmingCharacters(in: CharacterSet(charactersIn: "?"))
    guard topic.count < text.count,
      topic.allSatisfy({ $0.isLetter || $0.isNumber || "_. -".contains($0) })
    else { return nil }
    command = (["help"] + topic.split(separator: " ").map(String.init)).joined(separator: " ")
  }
}
