import CPCRE2

/// A regular expression as PCRE2 has it ready.
///
/// `@unchecked Sendable`: the compiled code is never written after `init`; what a match writes
/// belongs to the ``Matcher`` of one call.
final class CompiledPattern: @unchecked Sendable {
  /// Backtracking steps from one starting place before the match is given up: about 10 ms.
  private static let matchLimit: UInt32 = 1_000_000
  /// Kibibytes of memory the interpreter may take.
  private static let heapLimit: UInt32 = 65_536

  let code: OpaquePointer
  let context: OpaquePointer

  /// Compiles `source`, where `\s`, `\d`, `\w` and case follow Unicode.
  ///
  /// - Throws: ``TokenizerError/invalidPattern(pattern:offset:reason:)``.
  init(_ source: String) throws(TokenizerError) {
    let bytes = Array(source.utf8)
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

  // Safety: made by `init`, freed once, and no matcher outlives the pattern it borrows.
  deinit {
    pcre2_match_context_free_8(context)
    pcre2_code_free_8(code)
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
