import CPCRE2

/// The script of each character, as the reference library has it: that of Unicode 9, with a few changes.
///
/// Characters of one script follow each other in the text given to PCRE2, which knows the scripts; the
/// standard library tells which characters Unicode 9 had.
struct ReferenceScripts: Sendable {
  static let shared = ReferenceScripts()

  /// Of spaces, and of what Unicode 9 had no character for: goes with any other script.
  static let any: UInt8 = 0

  /// Where a script begins; each ends where the next one begins.
  private var starts: [UInt32] = []
  private var scripts: [UInt8] = []

  /// Returns the script of a character: a number that the characters of a script share.
  func script(of scalar: Unicode.Scalar) -> UInt8 {
    if let changed = Self.changes[scalar] { return Self.number(of: changed) }
    var (low, high) = (0, starts.count)
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] <= scalar.value { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? Self.any : scripts[low - 1]
  }

  /// What the reference has otherwise than Unicode: the mark of long vowels of Japanese, which is one
  /// with Chinese there, and characters whose script later versions changed.
  private static let changes: [Unicode.Scalar: String] = [
    " ": "", "\u{30FC}": "Hani", "\u{0589}": "Zyyy", "\u{061C}": "Zyyy", "\u{0953}": "Deva",
    "\u{0954}": "Deva",
  ]

  /// The number of the first of the scripts that has a name; 0 for none.
  private static func number(of name: String) -> UInt8 {
    groups.firstIndex { $0.first == name }.flatMap { UInt8(exactly: $0 + 1) } ?? any
  }

  /// The scripts of Unicode 9 by their short names, those that count as one joined by a sign.
  private static let groups = """
    Zyyy Latn Hani+Hira+Kana Hang Cyrl Arab Zinh Grek Deva Thai Hebr Bopo Copt Armn Syrc Thaa Nkoo Samr
    Mand Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Laoo Tibt Mymr Geor Ethi Cher Cans Ogam Runr Tglg
    Hano Buhd Tagb Khmr Mong Limb Tale Talu Bugi Lana Bali Sund Batk Lepc Olck Brai Glag Tfng Yiii Lisu
    Vaii Bamu Sylo Phag Saur Kali Rjng Java Cham Tavt Mtei Linb Lyci Cari Ital Goth Perm Ugar Xpeo Dsrt
    Shaw Osma Osge Elba Aghb Lina Cprt Armi Palm Nbat Hatr Phnx Lydi Mero Merc Khar Sarb Narb Mani Avst
    Prti Phli Phlp Orkh Hung Brah Kthi Sora Cakm Mahj Shrd Khoj Mult Sind Gran Newa Tirh Sidd Modi Takr
    Ahom Wara Pauc Bhks Marc Xsux Egyp Hluw Mroo Bass Hmng Miao Tang Dupl Sgnw Mend Adlm
    """.split(whereSeparator: \.isWhitespace).map { $0.split(separator: "+").map(String.init) }

  /// The last version of Unicode whose characters count.
  private static let version = (major: 9, minor: 0)

  private init() {
    let scalars = (UInt32(0)...0x10FFFF).lazy.compactMap(Unicode.Scalar.init).filter { scalar in
      scalar.properties.age.map { $0 <= Self.version } ?? false
        && scalar.properties.generalCategory != .privateUse
    }
    var text = ""
    text.unicodeScalars.append(contentsOf: scalars)
    // A group of parentheses a script: the highest that took part in a match tells which it was.
    let source = Self.groups.map { group in
      "([" + group.map { "\\p{sc:\($0)}" }.joined() + "]++)"
    }
    guard let pattern = try? CompiledPattern(source.joined(separator: "|")) else {
      preconditionFailure("PCRE2 does not know the scripts of Unicode 9")
    }
    let bytes = Array(text.utf8)
    pattern.forEachGroup(in: bytes, groupCount: Self.groups.count) { group, range in
      bytes.forEachScalar(in: range) { scalar, _ in
        add(scalar, UInt8(exactly: group) ?? Self.any)
      }
    }
  }

  /// Adds a character after those before it.
  private mutating func add(_ scalar: Unicode.Scalar, _ script: UInt8) {
    if starts.last == scalar.value, scripts.last == Self.any {
      starts.removeLast()
      scripts.removeLast()
    }
    if scripts.last != script {
      starts.append(scalar.value)
      scripts.append(script)
    }
    // Until the next one comes, nothing follows.
    starts.append(scalar.value + 1)
    scripts.append(Self.any)
  }
}

extension CompiledPattern {
  /// Calls `body` with each match in a text, valid UTF-8, and with the number of the highest group of
  /// parentheses that took part.
  fileprivate func forEachGroup(
    in text: [UInt8], groupCount: Int, _ body: (Int, Range<Int>) -> Void
  ) {
    guard let data = pcre2_match_data_create_8(UInt32(groupCount) + 1, nil) else {
      preconditionFailure("no memory for a match of a pattern")
    }
    defer { pcre2_match_data_free_8(data) }
    // Safety: the array outlives the calls, which read its bytes from a place within it.
    text.withUnsafeBufferPointer { text in
      var position = 0
      while position < text.count {
        let status = pcre2_match_8(
          code, text.baseAddress, text.count, position, UInt32(PCRE2_NO_UTF_CHECK), data, context)
        guard status > 1, let bounds = pcre2_get_ovector_pointer_8(data) else { return }
        body(Int(status) - 1, bounds[0]..<bounds[1])
        position = max(position + 1, bounds[1])
      }
    }
  }
}
