import Foundation
package import Reporting

/// Reads scripts from files and pipes.
package enum ScriptText {
  /// More bytes than this are no script.
  package static let largestSize = 64 << 20

  /// Reads a file.
  ///
  /// - Throws: a diagnostic with the code `R290` or `L190`.
  package static func read(path: String) throws(Diagnostic) -> SourceFile {
    var descriptor = open(path, O_RDONLY | O_CLOEXEC)
    while descriptor < 0, errno == EINTR { descriptor = open(path, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw unreadable(path, reason(errno)) }
    defer { close(descriptor) }
    return try read(descriptor: descriptor, name: path)
  }

  /// Reads all that comes from an open file or pipe.
  ///
  /// - Throws: a diagnostic with the code `R290` or `L190`.
  package static func read(descriptor: Int32, name: String) throws(Diagnostic) -> SourceFile {
    var data: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while data.count <= largestSize {
      let count = Foundation.read(descriptor, &block, block.count)
      if count == 0 { break }
      if count > 0 {
        data += block[..<count]
      } else if errno != EINTR {
        throw unreadable(name, reason(errno))
      }
    }
    guard data.count <= largestSize else { throw unreadable(name, "it is larger than 64 MB") }
    return try file(name: name, data)
  }

  /// Makes a script of bytes that should be UTF-8.
  ///
  /// - Throws: a diagnostic with the code `L190`.
  package static func file(name: String, _ bytes: [UInt8]) throws(Diagnostic) -> SourceFile {
    do {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      let offset = error.byteOffsets.lowerBound
      let line = bytes[..<offset].count { $0 == UInt8(ascii: "\n") } + 1
      throw Diagnostic(
        code: .scriptIsNoText, "\(name) is not UTF-8 text: see byte \(offset), in line \(line).")
    }
    return SourceFile(.file(name), String(decoding: bytes, as: UTF8.self))
  }

  private static func unreadable(_ name: String, _ reason: String) -> Diagnostic {
    Diagnostic(code: .unreadableScript, "cannot read \(name): \(reason).")
  }

  private static func reason(_ code: Int32) -> String {
    String(cString: strerror(code)).lowercased()
  }
}

extension DiagnosticCode {
  static let scriptIsNoText = DiagnosticCode(
    "L190", "script that is not text",
    "A script is UTF-8 text. The byte at the place named is none; a file saved in another "
      + "encoding, or one that is no text at all, looks like this.")

  static let unreadableScript = DiagnosticCode(
    "R290", "script that cannot be read",
    "The file is not there, is a folder, is larger than 64 MB, or may not be read. Nothing was "
      + "run.")
}
