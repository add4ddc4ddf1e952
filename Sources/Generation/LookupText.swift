/// Texts in which it is looked up what came after some tokens.
///
/// A place is known by the three tokens before it; of equal ones the last.
struct LookupText {
  private(set) var tokens: [Int32] = []
  private var places: [Context: Int] = [:]

  /// Three tokens.
  private struct Context: Hashable {
    let first, second, third: Int32

    /// The last three of some tokens; nil when there are fewer.
    init?(_ tokens: [Int32]) {
      let count = tokens.count
      guard count >= 3 else { return nil }
      (first, second, third) = (tokens[count - 3], tokens[count - 2], tokens[count - 1])
    }
  }

  /// Takes the next token.
  mutating func append(_ token: Int32) {
    if let context = Context(tokens) { places[context] = tokens.count }
    tokens.append(token)
  }

  /// The place after the last tokens of `text` when they stand here as well, and how many of them do; nil
  /// when fewer than three do.
  func place(after text: [Int32]) -> (place: Int, matching: Int)? {
    guard let context = Context(text), let place = places[context] else { return nil }
    var matching = 3
    while matching < Self.longestMatch, matching < place, matching < text.count,
      tokens[place - 1 - matching] == text[text.count - 1 - matching]
    { matching += 1 }
    return (place, matching)
  }

  /// Beyond this many tokens a longer match says no more.
  private static let longestMatch = 18
}
