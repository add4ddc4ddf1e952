import Foundation

/// Names of things that a server makes.
enum Identifier {
  private static let letters = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")

  /// A new name of a kind, such as `file-` with 24 letters after it.
  static func new(_ prefix: String, length: Int = 24) -> String {
    prefix + String((0..<length).map { _ in letters.randomElement() ?? "0" })
  }

  /// Whether a name may be one of a kind; only then is it made a path of.
  static func isOne(_ text: String, _ prefix: String) -> Bool {
    let rest = text.dropFirst(prefix.count)
    return text.hasPrefix(prefix) && (1...64).contains(rest.count)
      && rest.allSatisfy(letters.contains)
  }
}

/// Seconds since 1970, as the API tells time.
func secondsNow() -> Int { Int(Date().timeIntervalSince1970) }
