import CPCRE2

/// A compiled regular expression over UTF-8 text.
///
/// `@unchecked Sendable`: the compiled code is never written after `init`; what a match writes
/// belongs to the ``Matcher`` of one call.
final class Pattern: @unchecked Sendable {
  /// The longest pattern that is compiled, in bytes.
  static let lengthLimit = 65_536
  /// Backtracking steps from one starting place before the match is given up: about 10 ms.
  private static let matchLimit: UInt32 = 1_000_000
  /// Kibibytes of memory the interpreter may take.
  private static let heapLimit: UInt32 = 65_536

  fileprivate let code: OpaquePointer
  private let context: OpaquePointer

  /// Compiles `source`, where `\s`, `\d`, `\w` and case follow Unicode.
  ///
  /// - Throws: ``TokenizerError/patternTooLong(bytes:limit:)`` and
  ///   ``TokenizerError/invalidPattern(pattern:offset:reason:)``.
  init(_ source: String) throws(TokenizerError) {
    let bytes = Array(source.utf8)
    guard bytes.count <= Self.lengthLimit else {
      throw .patternTooLong(bytes: bytes.count, limit: Self.lengthLimit)
    }
    var status: Int32 = 0
    var offset = 0
    let options = UInt32(PCRE2_UTF) | UInt32(PCRE2_UCP) | UInt32(PCRE2_NEVER_BACKSLASH_C)
    // Safety: the array outlives the call, which reads `count` bytes and keeps no pointer.
    let compiled = bytes.withUnsafeBufferPointer {
      pcre2_compile_8($0.baseAddress, $0.count, options, &status, &offset, nil)
    }
    guard let compiled else {
      throw .invalidPattern(pattern: source, offset: offset, reason: Self.reason(status))
    }
    guard let context = pcre2_match_context_create_8(nil) else {
      pcre2_code_free_8(compiled)
      throw .invalidPattern(pattern: source, offset: 0, reason: "no memory")
    }
    pcre2_set_match_limit_8(context, Self.matchLimit)
    pcre2_set_depth_limit_8(context, Self.matchLimit)
    pcre2_set_heap_limit_8(context, Self.heapLimit)
    // Without compiled machine code matching still works, at a fifth of the speed.
    pcre2_jit_compile_8(compiled, UInt32(PCRE2_JIT_COMPLETE))
    code = compiled
    self.context = context
  }

  /// Makes a pattern that matches `literal` and nothing else.
  convenience init(literal: String) throws(TokenizerError) {
    try self.init(Self.source(matching: literal))
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

  // Safety: made by `init`, freed once, and no matcher outlives the pattern it borrows.
  deinit {
    pcre2_match_context_free_8(context)
    pcre2_code_free_8(code)
  }

  /// Calls `body` with a matcher for ranges of `text`, which must be valid UTF-8.
  func withMatcher<Result>(over text: [UInt8], _ body: (Matcher) -> Result) -> Result {
    // Safety: `text` is kept for the whole of `body`; the matcher must not leave it.
    text.withUnsafeBufferPointer { buffer in
      guard let data = pcre2_match_data_create_8(1, nil) else {
        preconditionFailure("no memory for a match of a pattern")
      }
      defer { pcre2_match_data_free_8(data) }
      return body(Matcher(code: code, context: context, data: data, text: buffer))
    }
  }

  private static func reason(_ status: Int32) -> String {
    var text = [UInt8](repeating: 0, count: 256)
    // Safety: at most `count` bytes are written, with their length returned, or an error below 0.
    let length = text.withUnsafeMutableBufferPointer {
      pcre2_get_error_message_8(status, $0.baseAddress, $0.count)
    }
    return String(decoding: text.prefix(Int(max(0, length))), as: UTF8.self)
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
