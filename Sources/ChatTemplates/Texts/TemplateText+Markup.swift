/// Texts for addresses and HTML.
extension TemplateText {
  /// The text as HTML; what is HTML already stays as it is.
  var asMarkup: TemplateText {
    var text = isMarkup ? self : escaped
    text.isMarkup = true
    return text
  }

  /// The same text, not taken for HTML.
  var plain: TemplateText {
    guard isMarkup else { return self }
    var text = self
    text.isMarkup = false
    return text
  }

  /// Both as one text, HTML when one of them is.
  func joined(_ other: TemplateText) -> TemplateText {
    isMarkup || other.isMarkup ? asMarkup + other.asMarkup : self + other
  }

  var escaped: TemplateText {
    mapped { scalar in
      switch scalar {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "'": "&#39;"
      case "\"": "&#34;"
      default: nil
      }
    }
  }

  /// Drops what stands between `<` and `>`, and makes all space single.
  var withoutTags: TemplateText {
    let bytes = Array(string.utf8)
    var kept: TemplateText = ""
    var place = 0
    while place < bytes.count {
      let open = bytes[place...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
      kept.append(self[place..<open])
      guard open < bytes.count, let close = bytes[open...].firstIndex(of: UInt8(ascii: ">")) else {
        kept.append(self[open..<bytes.count])
        break
      }
      place = close + 1
    }
    var words = kept.words().joined(by: " ")
    for (name, sign) in [
      ("&lt;", "<"), ("&gt;", ">"), ("&#39;", "'"), ("&#34;", "\""), ("&quot;", "\""),
      ("&amp;", "&"),
    ] { words = words.split(at: TemplateText(name)).joined(by: TemplateText(sign)) }
    return words
  }

  /// Puts `part` before, between and after the scalars, at most `limit` times.
  func spread(by part: TemplateText, limit: Int) -> TemplateText {
    var output: TemplateText = ""
    var count = 0
    for scalar in scalars {
      if count < limit {
        output.append(part)
        count += 1
      }
      output.append(scalar)
    }
    return count < limit ? output + part : output
  }

  /// Writes all bytes but letters, digits, `_.-~` and those to keep as `%` and two digits.
  func urlQuoted(keeping: String) -> TemplateText {
    let kept = Set(("_.-~" + keeping).utf8)
    let digits = Array("0123456789ABCDEF".utf8)
    return mapped { scalar in
      var output: [UInt8] = []
      for byte in String(scalar).utf8 {
        let isLetter = (0x41...0x5A).contains(byte & 0xDF) && byte < 0x80
        if isLetter || (0x30...0x39).contains(byte) || kept.contains(byte) {
          output.append(byte)
        } else {
          output += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
      }
      return output.count == 1 ? nil : String(decoding: output, as: UTF8.self)
    }
  }
}

extension Unicode.Scalar {
  /// Whether this is part of a word to a regular expression of Python.
  var isWordScalar: Bool {
    if self == "_" { return true }
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .decimalNumber, .letterNumber, .otherNumber:
      return true
    default: return false
    }
  }

  /// Whether this is a letter of any script.
  var isLetter: Bool {
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }
}
