/// An address of the web, taken apart as far as fetching needs.
struct WebAddress: Hashable, Sendable {
  /// `http` or `https`.
  let scheme: String
  /// Host and, where it is written, port, in lower case.
  let host: String
  /// From the first slash on, with the query; never empty.
  let path: String

  var text: String { "\(scheme)://\(host)\(path)" }

  /// Reads `http://host:port/path`; nil for anything else, and for one with a name and password.
  init?(_ text: String) {
    guard let end = text.firstRange(of: "://") else { return nil }
    scheme = text[..<end.lowerBound].lowercased()
    let rest = text[end.upperBound...].prefix { $0 != "#" }
    let host = rest.prefix { $0 != "/" && $0 != "?" }
    guard scheme == "http" || scheme == "https", !host.isEmpty, !host.contains("@"),
      rest.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
    else { return nil }
    self.host = host.lowercased()
    let path = rest[host.endIndex...]
    self.path = path.hasPrefix("/") ? String(path) : "/" + path
  }

  /// Where a `Location` or a link leads that was found here; nil when it is no address of the web.
  func following(_ link: String) -> WebAddress? {
    if link.contains("://") { return WebAddress(link) }
    if link.hasPrefix("//") { return WebAddress("\(scheme):\(link)") }
    if link.hasPrefix("/") { return WebAddress("\(scheme)://\(host)\(link)") }
    var folders = path.prefix { $0 != "?" }.split(separator: "/", omittingEmptySubsequences: false)
      .dropLast().map(String.init)
    var rest = link[...]
    while rest.hasPrefix("../") {
      rest = rest.dropFirst(3)
      if folders.count > 1 { folders.removeLast() }
    }
    return WebAddress("\(scheme)://\(host)\(folders.joined(separator: "/"))/\(rest)")
  }

  /// Whether a secret for this address may be sent to another: the same host, no less protected.
  func shares(secretsWith other: WebAddress) -> Bool {
    host == other.host && (scheme == other.scheme || other.scheme == "https")
  }
}

extension String {
  /// The text as it may stand in a path: all but letters, digits and `-._~`, and of what is left
  /// `kept`, as `%` and two digits.
  func escapedForPath(keeping kept: String = "/") -> String {
    var escaped = ""
    for byte in utf8 {
      let scalar = Unicode.Scalar(byte)
      let isPlain =
        byte < 128
        && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
          || "-._~".unicodeScalars.contains(scalar) || kept.unicodeScalars.contains(scalar))
      if isPlain {
        escaped.unicodeScalars.append(scalar)
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        escaped += "%" + (digits.count < 2 ? "0" : "") + digits
      }
    }
    return escaped
  }
}
