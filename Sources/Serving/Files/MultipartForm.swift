/// The parts of a form that comes with files, RFC 7578.
struct MultipartForm {
  /// A part: a field, or a file with its name.
  struct Part: Hashable {
    let name: String
    let fileName: String?
    let bytes: ArraySlice<UInt8>
  }

  /// The parts in order.
  let parts: [Part]

  /// The most parts that are read.
  private static let partLimit = 32
  /// The longest headers of a part, in bytes.
  private static let headerLimit = 8 << 10

  /// Takes a body apart; the header `Content-Type` says by which line.
  init(_ body: [UInt8], contentType: String?) throws(APIError) {
    guard let boundary = Self.parameter("boundary", of: contentType ?? ""),
      (contentType ?? "").lowercased().hasPrefix("multipart/form-data"), !boundary.isEmpty,
      boundary.utf8.count <= 200
    else { throw .invalid("The request must be multipart/form-data, with a boundary.") }
    let line = Array("--\(boundary)".utf8)
    let lineEnd = Array("\r\n".utf8)
    guard body.starts(with: line) || body.starts(with: lineEnd + line) else {
      throw Self.cut
    }
    var parts: [Part] = []
    var rest = body[...]
    // The first line needs no line end before it.
    guard let first = Self.range(of: line, in: rest) else { throw Self.cut }
    rest = rest[first.upperBound...]
    let separator = lineEnd + line
    while !rest.starts(with: Array("--".utf8)) {
      guard rest.starts(with: lineEnd), let end = Self.range(of: separator, in: rest) else {
        throw Self.cut
      }
      guard parts.count < Self.partLimit else {
        throw .invalid("A form has \(Self.partLimit) parts at the most.")
      }
      // The headers begin after the line end; it also serves a part without any.
      parts.append(try Self.part(rest[rest.startIndex..<end.lowerBound]))
      rest = rest[end.upperBound...]
    }
    self.parts = parts
  }

  private static let cut = APIError.invalid("The form in the body is cut off or malformed.")

  /// The value of a field that is no file.
  func text(_ name: String) -> String? {
    parts.first { $0.name == name && $0.fileName == nil }.map {
      String(decoding: $0.bytes, as: UTF8.self)
    }
  }

  /// A file.
  func file(_ name: String) -> Part? { parts.first { $0.name == name && $0.fileName != nil } }

  /// Reads a part, from the line end before its headers.
  private static func part(_ bytes: ArraySlice<UInt8>) throws(APIError) -> Part {
    guard let end = range(of: Array("\r\n\r\n".utf8), in: bytes.prefix(headerLimit)) else {
      throw cut
    }
    let headers = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
    let disposition = headers.split(separator: "\r\n").first {
      $0.lowercased().hasPrefix("content-disposition:")
    }
    guard let disposition, let name = parameter("name", of: String(disposition)) else { throw cut }
    return Part(
      name: name, fileName: parameter("filename", of: String(disposition)),
      bytes: bytes[end.upperBound...])
  }

  /// The value of `name=value` or `name="value"` in a header.
  private static func parameter(_ name: String, of header: String) -> String? {
    var rest = header[...]
    while let start = rest.firstIndex(of: ";") {
      rest = rest[rest.index(after: start)...].drop { $0 == " " }
      guard rest.lowercased().hasPrefix(name + "=") else { continue }
      let value = rest.dropFirst(name.count + 1)
      guard value.first == "\"" else { return String(value.prefix { $0 != ";" && $0 != " " }) }
      var (text, isEscaped) = ("", false)
      for character in value.dropFirst() {
        if isEscaped {
          text.append(character)
          isEscaped = false
        } else if character == "\\" {
          isEscaped = true
        } else if character == "\"" {
          return text
        } else {
          text.append(character)
        }
      }
      return nil
    }
    return nil
  }

  /// Where `needle` first is, found by its first byte.
  private static func range(
    of needle: [UInt8], in bytes: ArraySlice<UInt8>
  ) -> Range<Int>? {
    guard let first = needle.first else { return nil }
    var start = bytes.startIndex
    while let place = bytes[start...].firstIndex(of: first) {
      guard place + needle.count <= bytes.endIndex else { return nil }
      if bytes[place..<place + needle.count].elementsEqual(needle) {
        return place..<place + needle.count
      }
      start = place + 1
    }
    return nil
  }
}
