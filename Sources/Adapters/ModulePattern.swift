import CPCRE2

/// A regular expression over the names of modules, with the meaning it has in Python.
///
/// `@unchecked Sendable`: the compiled code is never written after `init`.
final class ModulePattern: @unchecked Sendable {
  /// The longest pattern that is compiled, in bytes.
  private static let lengthLimit = 4096
  /// Backtracking steps before a match is given up: about 10 ms.
  private static let matchLimit: UInt32 = 1_000_000

  private let code: OpaquePointer
  private let context: OpaquePointer

  /// Compiles a pattern that has to fit a name from its beginning to its end; nil when it is none.
  init?(_ source: String) {
    let bytes = Array("\\A(?:\(source))\\z".utf8)
    guard bytes.count <= Self.lengthLimit else { return nil }
    var (status, offset): (Int32, Int) = (0, 0)
    // Python's `re` reads ASCII names as this does.
    let options = UInt32(PCRE2_UTF) | UInt32(PCRE2_UCP) | UInt32(PCRE2_NEVER_BACKSLASH_C)
    // Safety: the array outlives the call, which reads `count` bytes and keeps no pointer.
    let compiled = bytes.withUnsafeBufferPointer {
      pcre2_compile_8($0.baseAddress, $0.count, options, &status, &offset, nil)
    }
    guard let compiled else { return nil }
    guard let context = pcre2_match_context_create_8(nil) else {
      pcre2_code_free_8(compiled)
      return nil
    }
    pcre2_set_match_limit_8(context, Self.matchLimit)
    pcre2_set_depth_limit_8(context, Self.matchLimit)
    code = compiled
    self.context = context
  }

  // Safety: made by `init`, and freed once.
  deinit {
    pcre2_match_context_free_8(context)
    pcre2_code_free_8(code)
  }

  /// Whether it fits the whole of `name`; one that needs too many steps does not.
  func matches(_ name: String) -> Bool {
    let text = Array(name.utf8)
    guard let data = pcre2_match_data_create_8(1, nil) else { return false }
    defer { pcre2_match_data_free_8(data) }
    // Safety: the array outlives the call, and is UTF-8.
    let status = text.withUnsafeBufferPointer {
      pcre2_match_8(code, $0.baseAddress, $0.count, 0, UInt32(PCRE2_NO_UTF_CHECK), data, context)
    }
    return status >= 0
  }
}
