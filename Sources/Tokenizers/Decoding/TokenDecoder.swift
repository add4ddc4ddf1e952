/// How the texts of tokens become the text they stand for.
indirect enum TokenDecoder: Sendable {
  case sequence([TokenDecoder])
  case byteLevel
  case byteFallback
  case fuse
  case replace(Pattern, with: [UInt8])
  case strip(content: [UInt8], start: Int, stop: Int)
  case metaspace(Metaspace)
  /// Tokens without the prefix begin a word.
  case wordPiece(prefix: [UInt8], cleansUp: Bool)
  /// The suffix ends a word.
  case bytePairs(suffix: [UInt8])
  case alignment(AlignmentDecoder)

  /// How many times longer a text can become, at most ``Normalizer/growthLimit`` + 1.
  var growth: Int {
    switch self {
    case .sequence(let steps): steps.reduce(1) { min($0 * $1.growth, Normalizer.growthLimit + 1) }
    case .replace(_, let content): min(1 + content.count, Normalizer.growthLimit + 1)
    case .byteLevel, .byteFallback, .fuse, .strip, .metaspace, .wordPiece, .bytePairs, .alignment: 1
    }
  }

  /// Whether tokens are joined before those of bytes are looked for: a text that looks like such a
  /// token is then read as a byte, unless more follows.
  var joinsBeforeBytes: Bool {
    let steps = self.steps
    guard let join = steps.firstIndex(where: \.joins) else { return false }
    return steps[join...].contains { if case .byteFallback = $0 { true } else { false } }
  }

  /// The steps of a sequence, and of those within it.
  private var steps: [TokenDecoder] {
    if case .sequence(let steps) = self { steps.flatMap(\.steps) } else { [self] }
  }

  private var joins: Bool {
    switch self {
    case .fuse, .byteLevel: true
    default: false
    }
  }

  /// Returns the pieces of text, valid UTF-8 each, that `tokens` stand for.
  func decode(_ tokens: [[UInt8]]) -> [[UInt8]] {
    switch self {
    case .sequence(let steps): steps.reduce(tokens) { $1.decode($0) }
    case .byteLevel: [Self.repaired(tokens.flatMap { ByteLevelAlphabet.bytes(of: $0) ?? $0 })]
    case .byteFallback: Self.decodeByteTokens(tokens)
    case .fuse: [Array(tokens.joined())]
    case .replace(let pattern, let content):
      tokens.map { pattern.replaceMatches(in: $0, with: content) }
    case .strip(let content, let start, let stop):
      tokens.map { Self.strip($0, content, start: start, stop: stop) }
    case .metaspace(let metaspace): metaspace.decode(tokens)
    case .wordPiece(let prefix, let cleansUp): Self.joinWords(tokens, prefix, cleansUp)
    case .bytePairs(let suffix):
      tokens.enumerated().map { index, token in
        token.replacing(suffix, with: index == tokens.count - 1 ? [] : [UInt8(ascii: " ")])
      }
    case .alignment(let decoder): decoder.decode(tokens)
    }
  }

  /// Returns the byte that a token such as `<0x0A>` stands for.
  static func byte(of token: [UInt8]) -> UInt8? {
    guard token.count == 6, token.starts(with: Array("<0x".utf8)), token[5] == UInt8(ascii: ">")
    else { return nil }
    return UInt8(String(decoding: token[3..<5], as: UTF8.self), radix: 16)
  }

  /// Joins runs of byte tokens into text; in a run that is not UTF-8 each byte becomes U+FFFD.
  private static func decodeByteTokens(_ tokens: [[UInt8]]) -> [[UInt8]] {
    var result: [[UInt8]] = []
    var run: [UInt8] = []
    func flush() {
      guard !run.isEmpty else { return }
      if String(validating: run, as: UTF8.self) != nil {
        result.append(run)
      } else {
        for _ in run { result.append(Array("\u{FFFD}".utf8)) }
      }
      run = []
    }
    for token in tokens {
      if let byte = byte(of: token) {
        run.append(byte)
      } else {
        flush()
        result.append(token)
      }
    }
    flush()
    return result
  }

  /// Takes up to `start` characters `content` off the front of `token` and `stop` off its end.
  private static func strip(
    _ token: [UInt8], _ content: [UInt8], start: Int, stop: Int
  ) -> [UInt8] {
    var rest = token[...]
    var count = 0
    while count < start, rest.starts(with: content) {
      rest = rest.dropFirst(content.count)
      count += 1
    }
    count = 0
    while count < stop, rest.suffix(content.count) == content[...] {
      rest = rest.dropLast(content.count)
      count += 1
    }
    return Array(rest)
  }

  private static func joinWords(
    _ tokens: [[UInt8]], _ prefix: [UInt8], _ cleansUp: Bool
  ) -> [[UInt8]] {
    tokens.enumerated().map { index, token in
      var piece = token
      if index > 0 {
        piece =
          token.starts(with: prefix)
          ? Array(token.dropFirst(prefix.count)) : [UInt8(ascii: " ")] + token
      }
      return cleansUp ? EnglishCleanup.clean(piece) : piece
    }
  }

  /// Returns `bytes` with U+FFFD for what is not UTF-8, one for each maximal part of a character.
  private static func repaired(_ bytes: [UInt8]) -> [UInt8] {
    Array(String(decoding: bytes, as: UTF8.self).utf8)
  }
}

extension Metaspace {
  /// Returns `tokens` with spaces for replacements; the first token loses those put before it.
  fileprivate func decode(_ tokens: [[UInt8]]) -> [[UInt8]] {
    tokens.enumerated().map { index, token in
      let isPrepended = index == 0 && prepending != .never
      return token.replacing(replacement, with: isPrepended ? [] : [UInt8(ascii: " ")])
    }
  }
}
