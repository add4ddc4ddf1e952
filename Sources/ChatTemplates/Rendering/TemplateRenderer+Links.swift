/// Addresses in a text as links of HTML, as Jinja's `urlize` makes them.
extension TemplateRenderer {
  func linked(
    _ text: TemplateText, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateText {
    var relations: Set<String> = ["noopener"]
    if let rel = call.value(3, "rel")?.string {
      relations.formUnion(rel.split(separator: " ").map(String.init))
    }
    if call.value(1, "nofollow")?.isTrue == true { relations.insert("nofollow") }
    var attributes = " rel=\"\(relations.sorted().joined(separator: " "))\""
    if let target = call.value(2, "target")?.string {
      attributes += " target=\"\(TemplateText(target).escaped.string)\""
    }
    let limit = call.value(0, "trim_url_limit")?.wholeNumber
    var output: TemplateText = ""
    for word in text.escaped.wordsAndSpaces {
      guard word.isSpace || word.byteCount <= Self.longestLink else {
        throw self.limit("2,048 bytes of a word that may be a link")
      }
      // Looking for brackets and addresses goes over a word again and again.
      try charge(word.byteCount * word.byteCount / 256)
      let link = word.linked(attributes, limit: limit)
      try chargeText(output.byteCount + link.byteCount, copied: link.weight)
      output.append(link)
    }
    return output
  }

  /// The bytes of a word that is looked at for an address.
  private static var longestLink: Int { 2048 }
}

extension TemplateText {
  fileprivate var isSpace: Bool { string.unicodeScalars.first?.isPythonSpace ?? true }

  /// Words and the space between them, in turn.
  fileprivate var wordsAndSpaces: [TemplateText] {
    var parts: [TemplateText] = []
    var (start, place) = (0, 0)
    var wasSpace: Bool?
    for scalar in string.unicodeScalars {
      if let wasSpace, wasSpace != scalar.isPythonSpace {
        parts.append(self[start..<place])
        start = place
      }
      wasSpace = scalar.isPythonSpace
      place += UTF8.width(scalar)
    }
    return start < byteCount ? parts + [self[start..<byteCount]] : parts
  }

  /// The word as a link, when it is an address, without the signs around it.
  fileprivate func linked(_ attributes: String, limit: Int?) -> TemplateText {
    var (start, end) = (0, byteCount)
    while let sign = ["(", "&lt;"].first(where: { self[start..<end].hasPrefix(TemplateText($0)) }) {
      start += sign.utf8.count
    }
    while let sign = [")", ".", ",", "&gt;"].first(where: {
      self[start..<end].hasSuffix(TemplateText($0))
    }) {
      end -= sign.utf8.count
    }
    // A bracket that was opened inside belongs to the address.
    for (open, close) in [("(", ")"), ("&lt;", "&gt;")] {
      while self[start..<end].count(of: open) > self[start..<end].count(of: close),
        self[end..<byteCount].count(of: close) > 0
      {
        let tail = self[end..<byteCount]
        let bytes = Array(tail.string.utf8)
        guard let place = Self.firstPlace(of: Array(close.utf8), in: bytes) else { break }
        end += place + close.utf8.count
      }
    }
    let middle = self[start..<end]
    let around = (self[0..<start], self[end..<byteCount])
    let address = middle.string
    let shown = limit.map { $0 < middle.scalarCount ? middle.prefix(scalars: $0) + "..." : middle }
    let isMail = Self.isMail(address.hasPrefix("mailto:") ? String(address.dropFirst(7)) : address)
    var link: TemplateText
    if Self.isWeb(address) {
      let scheme = address.hasPrefix("http://") || address.hasPrefix("https://") ? "" : "https://"
      link = TemplateText("<a href=\"\(scheme)") + middle + TemplateText("\"\(attributes)>")
      link.append(shown ?? middle)
    } else if address.hasPrefix("mailto:"), isMail {
      link = "<a href=\"" + middle + "\">" + middle[7..<middle.byteCount]
    } else if isMail, !address.hasPrefix("www."), !address.hasPrefix("@"), !address.contains(":") {
      link = "<a href=\"mailto:" + middle + "\">" + middle
    } else {
      return self
    }
    return around.0 + link + "</a>" + around.1
  }

  private func count(of part: String) -> Int { split(at: TemplateText(part)).count - 1 }

  private static func isWeb(_ text: String) -> Bool {
    let schemes =
      /^(https?:\/\/|www\.)([\w%-]+\.)*([a-z]{2,63}|xn--[\w%]{2,59})(:\d{1,5})?([\/?#]\S*)?$/
    let plain = /^([\w%-]{2,63}\.)+(com|net|int|edu|gov|org|info|mil)(:\d{1,5})?([\/?#]\S*)?$/
    let numbers = /^https?:\/\/(\d{1,3}(\.\d{1,3}){3}|\[[\da-f:]+\])(:\d{1,5})?([\/?#]\S*)?$/
    let lowered = text.lowercased()
    return lowered.contains(schemes) || lowered.contains(plain) || lowered.contains(numbers)
  }

  private static func isMail(_ text: String) -> Bool {
    text.contains(/^\S+@\w[\w.-]*\.\w+$/)
  }
}
