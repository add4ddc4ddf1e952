/// Writes spaces as a visible character, and begins a word at each.
struct Metaspace: Sendable {
  /// When the replacement is put before a word that does not begin with it.
  enum Prepending: String, CaseIterable {
    case always, never, first
  }

  /// The character that stands for a space, mostly U+2581, in UTF-8.
  let replacement: [UInt8]
  let prepending: Prepending
  /// Cuts before each replacement, or nil when words stay whole.
  private let splitter: Splitter?

  init(_ section: FileSection) throws(TokenizerError) {
    let character = try section.character("replacement", default: "\u{2581}")
    replacement = Array(String(character).utf8)
    if let scheme = try section.optionalString("prepend_scheme") {
      guard let known = Prepending(rawValue: scheme) else {
        throw section.malformed("prepend_scheme", "always, never or first")
      }
      prepending = known
    } else {
      prepending = try section.bool("add_prefix_space", default: true) ? .always : .never
    }
    let splits = try section.bool("split", default: true)
    splitter = splits ? Splitter(.character(.one(character)), .mergedWithNext) : nil
  }

  func apply(to words: inout Words) {
    let (text, start) = (words.text, words.sourceStart)
    words.rewrite { range, result in
      let word = text.bytes[range]
      let begins = word.first == UInt8(ascii: " ") || word.starts(with: replacement)
      let prepends = prepending == .always || prepending == .first && range.lowerBound == start
      if prepends, !begins {
        let width = text.bytes.scalar(at: range.lowerBound).width
        result.append(replacement, for: range.lowerBound..<range.lowerBound + width, of: text)
      }
      append(range, of: text, to: &result)
    }
    if let splitter { words.split(by: splitter) }
  }

  /// Appends a word with replacements for its spaces.
  private func append(_ range: Range<Int>, of text: SourcedText, to result: inout SourcedText) {
    var start = range.lowerBound
    for place in range where text.bytes[place] == UInt8(ascii: " ") {
      if start < place { result.append(start..<place, of: text) }
      result.append(replacement, for: place..<place + 1, of: text)
      start = place + 1
    }
    if start < range.upperBound { result.append(start..<range.upperBound, of: text) }
  }
}
