import Constraints

/// Writes answers by choosing among the allowed tokens by chance.
struct RandomAnswers {
  let constraint: Constraint
  private var numbers: SeededNumbers

  init(_ constraint: Constraint, seed: Int) {
    self.constraint = constraint
    numbers = SeededNumbers(seed: seed)
  }

  /// Tokens that are chosen by chance; after them those that lead to an end.
  private static let freeTokens = 60

  /// Returns the text of an answer; nil when it does not come to an end, or into a dead end.
  mutating func next() -> String? {
    var state = constraint.start()
    var bytes: [UInt8] = []
    for count in 0..<3000 {
      if state.isFinished || state.isComplete && numbers.next() % 3 == 0 {
        return String(validating: bytes, as: UTF8.self)
      }
      let allowed = constraint.allowedTokens(&state).tokens
      if allowed.isEmpty, state.isComplete { return String(validating: bytes, as: UTF8.self) }
      guard let token = choose(allowed, leadsToEnd: count >= Self.freeTokens),
        constraint.append(token, to: &state)
      else { return nil }
      bytes += constraint.texts.bytes(of: token)
    }
    return nil
  }

  /// Chooses by chance, or mostly what leads to an end the soonest, as far as one byte tells.
  private mutating func choose(_ allowed: [Int32], leadsToEnd: Bool) -> Int32? {
    guard leadsToEnd else { return allowed.randomElement(using: &numbers) }
    var single: [UInt8: Int32] = [:]
    for token in allowed {
      let bytes = constraint.texts.bytes(of: token)
      if bytes.count == 1 { single[bytes[0]] = token }
    }
    if numbers.next() % 2 > 0 {
      for byte in "\"}]0123456789ntf".utf8 { if let token = single[byte] { return token } }
    }
    let harmless = single.filter { !"{[, \n".utf8.contains($0.key) }.values.sorted()
    return (harmless.isEmpty ? allowed : harmless).randomElement(using: &numbers)
  }
}
