import Serialization

/// Turns text into the ids a model reads, and back.
///
/// Source: the file format of Hugging Face tokenizers, `tokenizer.json`.
package struct Tokenizer: Sendable {
  /// The file this was read from, to be written beside a model that is saved.
  package let fileContents: [UInt8]
  /// The texts of special tokens by their names, such as `eos_token`, that go without saying in the
  /// files it was read from.
  package let specialNames: [String: String]
  private let parts: TokenizerFile
  private let caches = WordCacheLender()

  /// Reads a `tokenizer.json`.
  ///
  /// - Throws: the case of ``TokenizerError`` that names the first fault.
  package init(fileContents: [UInt8]) throws(TokenizerError) {
    try self.init(try TokenizerFiles.parsed(fileContents), fileContents)
  }

  /// Makes a tokenizer of what `fileContents` hold.
  init(
    _ root: JSONValue, _ fileContents: [UInt8], names: [String: String] = [:]
  ) throws(TokenizerError) {
    self.fileContents = fileContents
    specialNames = names
    parts = try TokenizerFile(FileSection(root, path: "tokenizer"))
  }

  /// The largest id + 1: the rows that an embedding table needs.
  package var vocabularySize: Int { parts.vocabulary.size }

  /// The first of the tokens that the file's post-processor puts before a text; nil when it puts none
  /// there, whatever it puts after it.
  package var beginToken: Int32? { parts.postProcessor.beginning.first }

  /// The last of the tokens that the file's post-processor puts after a text; nil when it puts none
  /// there.
  package var endToken: Int32? { parts.postProcessor.ending.last }

  /// Returns the ids of `text`; added tokens written out in it are recognised.
  ///
  /// With `addingSpecialTokens` the file's post-processor adds its own, such as one for the
  /// beginning. The time is about linear in the text's length.
  package func encode(_ text: String, addingSpecialTokens: Bool = false) -> [Int32] {
    let bytes = Array(text.utf8)
    let ids = caches.withCache { cache in
      var ids: [Int32] = []
      ids.reserveCapacity(bytes.count / 3)
      forEachSegment(of: bytes) { segment in
        switch segment {
        case .token(let id, _): ids.append(id)
        case .words(let words):
          parts.model.encode(words.ranges, of: words.text.bytes, into: &ids, cache: &cache)
        }
      }
      return ids
    }
    return addingSpecialTokens ? parts.postProcessor.process(ids) : ids
  }

  /// Returns the ids of `text`, none added, with what of it each of them stands for.
  package func encodeWithPlaces(_ text: String) -> PlacedTokens {
    let bytes = Array(text.utf8)
    return caches.withCache { cache in
      var tokens = PlacedTokens()
      tokens.ids.reserveCapacity(bytes.count / 3)
      tokens.places.reserveCapacity(bytes.count / 3)
      forEachSegment(of: bytes, keepingOrigins: true) { segment in
        switch segment {
        case .token(let id, let place):
          tokens.ids.append(id)
          tokens.places.append(place)
        case .words(let words):
          let first = tokens.places.count
          parts.model.encode(
            words.ranges, of: words.text.bytes, into: &tokens, cache: &cache)
          for index in first..<tokens.places.count {
            tokens.places[index] = words.text.origin(of: tokens.places[index])
          }
        }
      }
      return tokens
    }
  }

  /// Returns the text of `ids`: unknown ids are left out, bytes that are not UTF-8 become U+FFFD.
  package func decode(_ ids: [Int32], skippingSpecialTokens: Bool = true) -> String {
    var tokens: [[UInt8]] = []
    for id in ids {
      guard let token = parts.vocabulary.decodedToken(of: id) else { continue }
      if skippingSpecialTokens, isSpecial(id) { continue }
      tokens.append(token)
    }
    let pieces = parts.decoder?.decode(tokens) ?? [Array(tokens.joined(separator: [0x20]))]
    return String(decoding: pieces.joined(), as: UTF8.self)
  }

  /// Whether `ids` alone are decoded to something else than they are before others.
  func changeWhenFollowed(_ ids: [Int32]) -> Bool {
    guard parts.decoder?.joinsBeforeBytes == true else { return false }
    return !decode(ids + ids, skippingSpecialTokens: false).utf8.starts(
      with: decode(ids, skippingSpecialTokens: false).utf8)
  }

  /// Returns what a token adds to a text that has begun; nil for special tokens, ids without a token,
  /// and tokenizers of which tokens write nothing by themselves.
  ///
  /// The bytes of several tokens, one after the other, are what ``decode(_:skippingSpecialTokens:)``
  /// makes of them, but for spaces before the first and after the last.
  package func writtenBytes(of id: Int32) -> [UInt8]? {
    guard !isSpecial(id), let token = parts.vocabulary.decodedToken(of: id) else { return nil }
    return parts.decoder.map { $0.written(token) } ?? [UInt8(ascii: " ")] + token
  }

  /// Returns the id of a token as the file writes it, or nil.
  package func id(of token: String) -> Int32? { parts.vocabulary.id(of: Array(token.utf8)) }

  /// Returns the token as the file writes it, such as `Ġthe`, or nil for an id without one.
  package func token(of id: Int32) -> String? {
    parts.vocabulary.token(of: id).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Whether `id` is a token that steers the model and is no part of the text.
  package func isSpecial(_ id: Int32) -> Bool { parts.specialTokens.contains(id) }

  /// Whether a special token is spelled out in `text`.
  package func spellsSpecialToken(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return parts.literalTokens.split(bytes, bytes.indices).contains { segment in
      switch segment {
      case .token(let id, _): return isSpecial(id)
      case .text(let range):
        guard !parts.normalizedTokens.isEmpty else { return false }
        let (text, whole) = normalized(bytes, range, false)
        return parts.normalizedTokens.split(text.bytes, whole).contains { segment in
          if case .token(let id, _) = segment { isSpecial(id) } else { false }
        }
      }
    }
  }

  /// An added token, or the words between two of them.
  enum Segment {
    /// Its id, and its place in the text where origins are kept.
    case token(Int32, Range<Int>)
    case words(Words)
  }

  /// Calls `body` for the added tokens of a text, UTF-8, and for the words between them, in order.
  func forEachSegment(
    of bytes: [UInt8], keepingOrigins: Bool = false, _ body: (Segment) -> Void
  ) {
    for segment in parts.literalTokens.split(bytes, 0..<bytes.count) {
      switch segment {
      case .token(let id, let place): body(.token(id, place))
      case .text(let range): cut(range, of: bytes, keepingOrigins, body)
      }
    }
  }

  /// Normalises a stretch of text and cuts it into words.
  private func cut(
    _ range: Range<Int>, of bytes: [UInt8], _ keepsOrigins: Bool, _ body: (Segment) -> Void
  ) {
    let (text, whole) = normalized(bytes, range, keepsOrigins)
    for segment in parts.normalizedTokens.split(text.bytes, whole) {
      switch segment {
      case .token(let id, let place): body(.token(id, text.origin(of: place)))
      case .text(let part):
        var words = Words(text, part)
        parts.preTokenizer?.apply(to: &words, leavingBytes: parts.isByteLevel)
        body(.words(words))
      }
    }
  }

  /// Returns the normal form of a stretch, and where it lies in the text returned: the text as it is
  /// when there is no normaliser.
  private func normalized(
    _ bytes: [UInt8], _ range: Range<Int>, _ keepsOrigins: Bool
  ) -> (text: SourcedText, whole: Range<Int>) {
    guard let normalizer = parts.normalizer else {
      return (SourcedText(bytes, keepingOrigins: keepsOrigins), range)
    }
    let text = normalizer.normalize(SourcedText(bytes, range, keepingOrigins: keepsOrigins))
    return (text, text.bytes.indices)
  }
}
