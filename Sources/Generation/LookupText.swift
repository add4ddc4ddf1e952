/// Texts in which it is looked up what came after some tokens.
///
/// A place is known by the two tokens before it.
struct LookupText {
  private(set) var tokens: [Int32] = []
  /// The last place after two tokens.
  private var places: [Context: Int] = [:]
  /// Of each place the last one before it that follows the same two tokens; -1 where there is none.
  private var earlier: [Int] = []

  /// Two tokens.
  private struct Context: Hashable {
    let first, second: Int32

    /// The last two of some tokens; nil when there are fewer.
    init?(_ tokens: [Int32]) {
      let count = tokens.count
      guard count >= 2 else { return nil }
      (first, second) = (tokens[count - 2], tokens[count - 1])
    }
  }

  /// Takes the next token.
  mutating func append(_ token: Int32) {
    let place = tokens.count
    earlier.append(Context(tokens).flatMap { places.updateValue(place, forKey: $0) } ?? -1)
    tokens.append(token)
  }

  /// The last places, `limit` at most, that follow the same two tokens as the end of `text`, from the last
  /// one back.
  func places(after text: [Int32], limit: Int) -> [Int] {
    var found: [Int] = []
    var place = Context(text).flatMap { places[$0] } ?? -1
    while place >= 0, found.count < limit {
      found.append(place)
      place = earlier[place]
    }
    return found
  }

  /// How many tokens before a place are those at the end of `text`, of `limit` at most.
  func matching(_ place: Int, _ text: [Int32], limit: Int) -> Int {
    let limit = min(limit, place, text.count)
    return (0..<limit).first { tokens[place - 1 - $0] != text[text.count - 1 - $0] } ?? limit
  }
}
