/// The merges that a vocabulary with scores implies: every way in which a token is two others, the
/// likeliest token first.
///
/// Source: the same as transformers' conversion of SentencePiece models gives.
enum GGUFScoredMerges {
  /// Two tokens that are joined, as ids.
  struct Pair {
    let left: Int
    let right: Int
  }

  static func pairs(of tokens: GGUFTokens) -> [Pair] {
    var ids: [ArraySlice<UInt8>: Int] = [:]
    ids.reserveCapacity(tokens.texts.count)
    for (id, text) in tokens.texts.enumerated() { ids[text[...]] = id }
    var found: [(score: Double, pair: Pair)] = []
    for (id, text) in tokens.texts.enumerated() where tokens.takesPart(id) {
      let score = tokens.scores.isEmpty ? -Double(id) : tokens.scores[id]
      var own: [Pair] = []
      for place in text.indices.dropFirst() where text[place] & 0xC0 != 0x80 {
        if let left = ids[text[..<place]], let right = ids[text[place...]],
          tokens.takesPart(left), tokens.takesPart(right)
        {
          own.append(Pair(left: left, right: right))
        }
      }
      own.sort { ($0.left, $0.right) > ($1.left, $1.right) }
      found += own.map { (score, $0) }
    }
    // Of equal scores the order stays: a sort by index as well, for Swift's need not be stable.
    let order = found.indices.sorted {
      found[$0].score == found[$1].score ? $0 < $1 : found[$0].score > found[$1].score
    }
    return order.map { found[$0].pair }
  }
}

extension GGUFTokens {
  /// Whether a token is one of those that pairs are joined to.
  fileprivate func takesPart(_ id: Int) -> Bool {
    switch kind(id) {
    case .control, .byte, .unknown: false
    case .normal, .userDefined, .unused, nil: true
    }
  }
}
