/// How a pair of texts becomes a prompt and its continuation, such as `{text}\nLabel: {label}`.
///
/// All up to the second placeholder is the prompt. Spaces right before that placeholder go with
/// the answer, because tokenizers join a space to the word after it: a prompt that ends in a
/// space would ask for words the model has hardly ever seen.
package struct PromptTemplate: Hashable, Sendable {
  /// The template as it was written, which is also how it is kept with a model.
  package let source: String
  private let opening: String
  private let middle: String
  private let lead: String
  private let closing: String

  /// Reads a template with the placeholders `{text}` and `{label}`; nil unless each stands there once,
  /// the text first.
  package init?(_ source: String) {
    let first = Self.pieces(source, at: "{text}")
    guard first.count == 2 else { return nil }
    let second = Self.pieces(first[1], at: "{label}")
    guard second.count == 2 else { return nil }
    self.init(source: source, opening: first[0], between: second[0], closing: second[1])
  }

  private init(source: String, opening: String, between: String, closing: String) {
    self.source = source
    self.opening = opening
    let spaces = between.reversed().prefix { $0 == " " }.count
    middle = String(between.dropLast(spaces))
    lead = String(between.suffix(spaces))
    self.closing = closing
  }

  /// The prompt as it stands, and the completion right after it.
  package static let plain = PromptTemplate(
    source: "{prompt}{completion}", opening: "", between: "", closing: "")
  /// The text, and its label on a line of its own.
  package static let label = PromptTemplate(
    source: "{text}\nLabel: {label}", opening: "", between: "\nLabel: ", closing: "")

  /// Returns what the model is given.
  package func prompt(_ input: String) -> String { opening + input + middle }

  /// Returns what it should write; without the spaces before it where it stands apart, after no prompt.
  package func answer(_ output: String, isApart: Bool = false) -> String {
    (isApart ? "" : lead) + output + closing
  }

  private static func pieces(_ text: String, at mark: String) -> [String] {
    var pieces = [""]
    var rest = text[...]
    while !rest.isEmpty {
      if rest.hasPrefix(mark) {
        rest = rest.dropFirst(mark.count)
        pieces.append("")
      } else {
        pieces[pieces.count - 1].append(rest.removeFirst())
      }
    }
    return pieces
  }
}
