import Serialization

/// Words as the tokens whose scores add up to most.
///
/// Source: Kudo 2018, arXiv:1804.10959, section 3.1; the path is found as Viterbi 1967 does.
struct Unigram: Sendable {
  /// The longest token, in bytes: it bounds the work that one place of a text can cost.
  static let lengthLimit = 512
  /// How much worse than the least likely token an unknown character is.
  private static let unknownPenalty = 10.0

  /// All tokens, by their bytes.
  private let tokens: ByteTree
  /// The logarithm of each token's probability, by id.
  private let scores: [Double]
  private let unknown: Int32
  private let unknownScore: Double
  /// The ids of `<0x00>` to `<0xFF>`, for characters that no token stands for; empty when unused.
  private let byteTokens: [Int32]

  init(_ section: FileSection, _ vocabulary: Vocabulary) throws(TokenizerError) {
    scores = try Self.scores(section)
    tokens = vocabulary.tree
    guard let number = section.value("unk_id")?.int else {
      throw section.malformed("unk_id", "the id of the token for unknown characters")
    }
    guard scores.indices.contains(number) else {
      throw .unknownIdentifier(path: "\(section.path).unk_id", id: number)
    }
    unknown = Int32(number)
    unknownScore = (scores.min() ?? 0) - Self.unknownPenalty
    byteTokens = try section.bool("byte_fallback", default: false) ? vocabulary.byteTokens : []
  }

  private static func scores(_ section: FileSection) throws(TokenizerError) -> [Double] {
    var scores: [Double] = []
    for (index, entry) in try section.array("vocab").enumerated() {
      guard let pair = entry.array, pair.count == 2, let token = pair[0].string,
        let score = pair[1].double
      else {
        throw .malformed(path: "\(section.path).vocab[\(index)]", expected: "a token and its score")
      }
      guard token.utf8.count <= lengthLimit else {
        throw .tokenTooLong(token: token, bytes: token.utf8.count, limit: lengthLimit)
      }
      scores.append(score)
    }
    return scores
  }

  /// The best path to each place of a word; keeps its memory from one word to the next.
  struct Lattice {
    /// The end of a token on the best path.
    fileprivate struct Node {
      var score = 0.0
      /// The bytes of the last token; 0 where no path leads.
      var length: Int32 = 0
      var token: Int32 = 0
    }

    fileprivate var nodes: [Node] = []
    /// The tokens of the best path, the last first.
    fileprivate var path: [(token: Int32, place: Range<Int>)] = []
  }

  /// Appends the tokens of one word.
  func append(
    _ word: Range<Int>, of text: [UInt8], to result: inout PlacedTokens, _ lattice: inout Lattice
  ) {
    fill(&lattice, word, of: text)
    var end = word.upperBound
    lattice.path.removeAll(keepingCapacity: true)
    while end > word.lowerBound {
      let node = lattice.nodes[end - word.lowerBound]
      let start = max(word.lowerBound, end - max(1, Int(node.length)))
      lattice.path.append((node.token, start..<end))
      end = start
    }
    emit(lattice.path, of: text, to: &result)
  }

  /// Finds the best path to every place; of two with the same score the first found stays.
  private func fill(_ lattice: inout Lattice, _ word: Range<Int>, of text: [UInt8]) {
    lattice.nodes.removeAll(keepingCapacity: true)
    lattice.nodes.append(contentsOf: repeatElement(Lattice.Node(), count: word.count + 1))
    var start = word.lowerBound
    while start < word.upperBound {
      let score = lattice.nodes[start - word.lowerBound].score
      let width = min(text.scalar(at: start).width, word.upperBound - start)
      var isCharacterKnown = false
      var node = ByteTree.root
      for place in start..<word.upperBound {
        guard let next = tokens.child(of: node, by: text[place]) else { break }
        node = next
        let token = tokens.number(at: node)
        guard token >= 0 else { continue }
        let end = place + 1
        Self.offer(token, score + scores[Int(token)], end - start, &lattice, end - word.lowerBound)
        isCharacterKnown = isCharacterKnown || end - start == width
      }
      if !isCharacterKnown {
        Self.offer(unknown, score + unknownScore, width, &lattice, start + width - word.lowerBound)
      }
      start += width
    }
  }

  private static func offer(
    _ token: Int32, _ score: Double, _ length: Int, _ lattice: inout Lattice, _ end: Int
  ) {
    guard lattice.nodes[end].length == 0 || score > lattice.nodes[end].score else { return }
    lattice.nodes[end] = Lattice.Node(score: score, length: Int32(length), token: token)
  }

  /// Appends the tokens of a path, neighbouring unknown ones as one.
  private func emit(
    _ path: [(token: Int32, place: Range<Int>)], of text: [UInt8], to result: inout PlacedTokens
  ) {
    var pending: Range<Int>?
    for (token, place) in path.reversed() {
      if token == unknown {
        pending = (pending?.lowerBound ?? place.lowerBound)..<place.upperBound
      } else {
        if let unknown = pending { emitUnknown(unknown, of: text, to: &result) }
        pending = nil
        result.append(token, at: place)
      }
    }
    if let unknown = pending { emitUnknown(unknown, of: text, to: &result) }
  }

  private func emitUnknown(_ place: Range<Int>, of text: [UInt8], to result: inout PlacedTokens) {
    let bytes = byteTokens.isEmpty ? [] : text[place].map { byteTokens[Int($0)] }
    if let whole = tokens.node(after: text[place]), tokens.number(at: whole) >= 0 {
      // Unknown characters can together be a token that was too unlikely.
      result.append(tokens.number(at: whole), at: place)
    } else if bytes.isEmpty || bytes.contains(-1) {
      result.append(unknown, at: place)
    } else {
      for (byte, token) in zip(place, bytes) { result.append(token, at: byte..<byte + 1) }
    }
  }
}
