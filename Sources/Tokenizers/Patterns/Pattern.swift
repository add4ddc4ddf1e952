import CPCRE2
import Synchronization

/// A regular expression over UTF-8 text.
final class Pattern: Sendable {
  /// The longest pattern that is compiled, in bytes.
  static let lengthLimit = 65_536

  private let compiled: CompiledPattern
  /// The pattern of the tokenizer file; nil for one that names no properties of characters.
  private let source: String?
  /// What matches texts with characters that PCRE2 does not know, made when there is one.
  private let widened = Mutex<CompiledPattern?>(nil)

  /// Compiles a pattern of a tokenizer file.
  ///
  /// - Throws: ``TokenizerError/patternTooLong(bytes:limit:)`` and
  ///   ``TokenizerError/invalidPattern(pattern:offset:reason:)``.
  init(_ source: String) throws(TokenizerError) {
    guard source.utf8.count <= Self.lengthLimit else {
      throw .patternTooLong(bytes: source.utf8.count, limit: Self.lengthLimit)
    }
    compiled = try CompiledPattern(try OnigurumaPattern.translated(source))
    self.source = source
  }

  /// Makes a pattern that matches `literal` and nothing else.
  init(literal: String) throws(TokenizerError) {
    compiled = try CompiledPattern(Self.source(matching: literal))
    source = nil
  }

  /// Returns an expression that matches `literal` and nothing else.
  static func source(matching literal: String) -> String {
    var source = ""
    for scalar in literal.unicodeScalars {
      if scalar.isASCII, !scalar.properties.isAlphabetic, !("0"..."9").contains(scalar) {
        source += "\\x{" + String(scalar.value, radix: 16) + "}"
      } else {
        source.unicodeScalars.append(scalar)
      }
    }
    return source
  }

  /// Calls `body` with a matcher for ranges of `text`, which must be valid UTF-8.
  func withMatcher<Result>(over text: [UInt8], _ body: (Matcher) -> Result) -> Result {
    let compiled = compiled(for: text)
    // Safety: `text` is kept for the whole of `body`; the matcher must not leave it.
    return text.withUnsafeBufferPointer { buffer in
      guard let data = pcre2_match_data_create_8(1, nil) else {
        preconditionFailure("no memory for a match of a pattern")
      }
      defer { pcre2_match_data_free_8(data) }
      return body(
        Matcher(code: compiled.code, context: compiled.context, data: data, text: buffer))
    }
  }

  /// What is to match a text.
  private func compiled(for text: [UInt8]) -> CompiledPattern {
    // To gather the newer ones takes longer than most texts.
    guard let source, NewerCharacters.mayBeIn(text), NewerCharacters.shared.areIn(text) else {
      return compiled
    }
    return widened.withLock { widened in
      if let widened { return widened }
      // What was translated once is translated again; only its classes are longer.
      let translated = try? OnigurumaPattern.translated(source, knowing: NewerCharacters.shared)
      let made = translated.flatMap { try? CompiledPattern($0) } ?? compiled
      widened = made
      return made
    }
  }
}

/// Finds the matches of one pattern in one text; lives inside ``Pattern/withMatcher(over:_:)``.
struct Matcher {
  fileprivate let code: OpaquePointer
  fileprivate let context: OpaquePointer
  fileprivate let data: OpaquePointer
  fileprivate let text: UnsafeBufferPointer<UInt8>

  /// Calls `body` with every match inside `range`, left to right, as if nothing surrounded it.
  ///
  /// An empty match right after another does not count, as in the reference. A search that needs more
  /// than the match limit ends the scan: what is left has no match.
  func forEachMatch(in range: Range<Int>, _ body: (Range<Int>) -> Void) {
    precondition(range.lowerBound >= 0 && range.upperBound <= text.count, "\(range) is outside")
    guard let start = text.baseAddress else { return }
    var position = 0
    var lastEnd = -1
    while position <= range.count {
      guard let found = search(start + range.lowerBound, range.count, from: position) else {
        return
      }
      if !found.isEmpty || found.lowerBound != lastEnd {
        body(found.lowerBound + range.lowerBound..<found.upperBound + range.lowerBound)
      }
      lastEnd = found.upperBound
      position = found.isEmpty ? after(found.upperBound, in: range) : found.upperBound
    }
  }

  /// Returns the next match at or after `position`, counted from `subject`.
  private func search(
    _ subject: UnsafePointer<UInt8>, _ length: Int, from position: Int
  ) -> Range<Int>? {
    // Safety: `subject` has `length` bytes of the buffer that `withMatcher` holds, valid UTF-8 as
    // its caller promises, and `position` lies on a character's boundary in it.
    let unchecked = UInt32(PCRE2_NO_UTF_CHECK)
    var status = pcre2_match_8(code, subject, length, position, unchecked, data, context)
    if status == PCRE2_ERROR_JIT_STACKLIMIT {
      let interpreted = unchecked | UInt32(PCRE2_NO_JIT)
      status = pcre2_match_8(code, subject, length, position, interpreted, data, context)
    }
    guard status >= 0, let bounds = pcre2_get_ovector_pointer_8(data) else { return nil }
    // `\K` in a look-ahead can put the start after the end, and before the place searched from.
    let lower = max(position, bounds[0])
    return lower..<max(lower, bounds[1])
  }

  /// Returns the place of the character after the one at `offset` of `range`.
  private func after(_ offset: Int, in range: Range<Int>) -> Int {
    var next = offset + 1
    while next < range.count, text[range.lowerBound + next] & 0xC0 == 0x80 { next += 1 }
    return next
  }
}
