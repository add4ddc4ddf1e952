import Foundation

/// Bytes as letters, six bits each.
enum Base64 {
  /// The bytes of a text; nil when it is none of these.
  static func decoded(_ text: String) -> [UInt8]? { Data(base64Encoded: text).map { [UInt8]($0) } }
}
