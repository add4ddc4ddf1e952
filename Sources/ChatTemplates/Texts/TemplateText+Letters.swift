/// Large and small letters, as Python and Jinja have them.
extension TemplateText {
  var uppercased: TemplateText {
    mapped { scalar in
      let upper = scalar.properties.uppercaseMapping
      return upper.unicodeScalars.elementsEqual(CollectionOfOne(scalar)) ? nil : upper
    }
  }

  var lowercased: TemplateText {
    // A sigma that ends a word has a form of its own.
    guard !string.unicodeScalars.contains("Σ") else { return loweredWithSigma }
    return mapped { Self.lower($0) }
  }

  private static func lower(_ scalar: Unicode.Scalar) -> String? {
    let lower = scalar.properties.lowercaseMapping
    return lower.unicodeScalars.elementsEqual(CollectionOfOne(scalar)) ? nil : lower
  }

  private var loweredWithSigma: TemplateText {
    let scalars = Array(string.unicodeScalars)
    var place = -1
    return mapped { scalar in
      place += 1
      guard scalar == "Σ" else { return Self.lower(scalar) }
      let before = scalars[..<place].last { !$0.properties.isCaseIgnorable }
      let after = scalars[(place + 1)...].first { !$0.properties.isCaseIgnorable }
      let endsWord = before?.properties.isCased == true && after?.properties.isCased != true
      return endsWord ? "ς" : "σ"
    }
  }

  /// Makes the first letter large and the rest small.
  var capitalized: TemplateText {
    guard scalarCount > 0 else { return self }
    let first = scalar(0)
    let large = first.mapped { $0.properties.titlecaseMapping }
    return large + self[first.byteCount..<byteCount].lowercased
  }

  var swappedCase: TemplateText {
    mapped {
      $0.properties.isUppercase ? $0.properties.lowercaseMapping : $0.properties.uppercaseMapping
    }
  }

  /// Makes the first letter of each word large and the rest small, as Jinja's filter does: words
  /// begin after space, hyphens and opening brackets.
  var titled: TemplateText {
    var isStart = true
    return mapped { scalar in
      let isBreak = scalar.isPythonSpace || "-({[<".unicodeScalars.contains(scalar)
      defer { isStart = isBreak }
      return isStart && !isBreak
        ? scalar.properties.uppercaseMapping : scalar.properties.lowercaseMapping
    }
  }

  /// Makes each first letter after what is no letter large and the others small, as Python's method.
  var pythonTitled: TemplateText {
    var isInside = false
    return mapped { scalar in
      defer { isInside = scalar.properties.isCased }
      return isInside ? scalar.properties.lowercaseMapping : scalar.properties.titlecaseMapping
    }
  }

  /// Puts `filling` on both sides up to a width; the odd one as Python does.
  func centered(_ width: Int, with filling: String = " ") -> TemplateText {
    let missing = min(width, 100_000) - scalarCount
    guard missing > 0 else { return self }
    let left = missing / 2 + (missing & width & 1)
    return TemplateText(String(repeating: filling, count: left)) + self
      + TemplateText(String(repeating: filling, count: missing - left))
  }
}
