/// Where a generation prompt and the template's own text of an answer part, which is behind the
/// conversation before it.
///
/// Templates of reasoning models end the prompt in `<think>`, and leave it out of answers that are in
/// the conversation. The model writes its answer after the prompt all the same: this puts both
/// together.
struct PromptJoint {
  /// What the prompt has after the place where they part.
  private let opened: String
  /// What the template writes after that place.
  private let rest: String

  /// Finds the first byte that differs, but none of `own` on, which the message wrote itself; nil when
  /// it lies in the first `given` bytes, in the conversation before.
  init?(_ prompt: String, _ text: String, own: Int, given: Int) {
    let (a, b) = (Array(prompt.utf8), Array(text.utf8))
    var place = min(zip(a, b).prefix { $0 == $1 }.count, own)
    guard place >= given else { return nil }
    // Not inside a letter, nor inside a sign such as `<think>`.
    while place > given, place < a.count, a[place] & 0xC0 == 0x80 { place -= 1 }
    if let open = a[given..<place].lastIndex(of: UInt8(ascii: "<")),
      !a[open..<place].contains(UInt8(ascii: ">"))
    {
      place = open
    }
    opened = String(decoding: a[place...], as: UTF8.self)
    rest = String(decoding: b[place...], as: UTF8.self)
  }

  /// What becomes of a row's reasoning.
  enum Reasoning {
    /// What the template makes of it.
    case asWritten
    /// It stands where the prompt opens a place for it.
    case putIn
    /// The prompt leaves no room for it.
    case leftOut
  }

  /// The answer as it goes on from the prompt.
  ///
  /// What the prompt opens gets the reasoning of the row, if any, and is closed; what the prompt
  /// closes itself has no room for it. `lost` is what the template drops of the content, where the
  /// reasoning may be.
  func answer(reasoning: String, lost: String) -> (text: String, reasoning: Reasoning) {
    let sign = opened.trimmed
    let start = String(rest.drop(while: \.isWhitespace))
    if sign.isEmpty { return (start, .asWritten) }
    if start.hasPrefix(sign) { return (after(start.dropFirst(sign.count)), .asWritten) }
    if let stretch = OpenedStretch(whole: sign) {
      guard stretch.isShut else {
        if rest.contains(stretch.close) { return (start, .asWritten) }
        let thought = lost.isEmpty ? reasoning : stretch.content(of: lost) ?? reasoning
        let lead = opened.last?.isWhitespace == true ? "" : "\n"
        return (lead + thought.trimmed + "\n" + stretch.close + "\n\n" + start, .putIn)
      }
      if start.hasPrefix(stretch.open), let end = start.firstRange(of: stretch.close) {
        return (after(start[end.upperBound...]), .leftOut)
      }
      return (rest, lost.isEmpty ? .asWritten : .leftOut)
    }
    if sign.hasPrefix("</") || sign.hasPrefix("[/"), let end = rest.firstRange(of: sign) {
      let isEmpty = String(rest[..<end.lowerBound]).isBlank
      return (after(rest[end.upperBound...]), isEmpty ? .asWritten : .leftOut)
    }
    return (rest, .asWritten)
  }

  /// What follows a sign that the prompt has, too: with the space after it only where the prompt has
  /// none.
  private func after(_ text: Substring) -> String {
    String(opened.last?.isWhitespace == true ? text.drop(while: \.isWhitespace) : text)
  }
}

/// A stretch that a prompt opens at its end, such as `<think>`.
struct OpenedStretch {
  /// What opens and what closes it.
  let open, close: String
  /// Whether the prompt closes it too.
  let isShut: Bool

  /// Reads a text that is nothing but an opening sign, or that and its closing one.
  init?(whole text: String) {
    guard let (open, rest) = Self.sign(at: text) else { return nil }
    self.open = open
    close = Self.closing(open)
    isShut = rest.trimmed == close
    guard isShut || rest.isBlank else { return nil }
  }

  /// Reads the end of a prompt; nil when it does not end in an opening sign.
  init?(_ prompt: String) {
    let text = String(prompt.suffix(64)).trimmed
    guard let start = text.lastIndex(where: { $0 == "<" || $0 == "[" }) else { return nil }
    self.init(whole: String(text[start...]))
  }

  /// Whether a text is one stretch from its opening to its closing sign.
  static func isWhole(_ text: String) -> Bool {
    guard let (open, rest) = sign(at: text.trimmed) else { return false }
    return rest.hasSuffix(closing(open))
  }

  /// The opening sign that a text begins with, and what follows it.
  private static func sign(at text: String) -> (sign: String, rest: String)? {
    let pairs: [(first: Character, last: Character)] = [("<", ">"), ("[", "]")]
    guard let pair = pairs.first(where: { $0.first == text.first }),
      let end = text.firstIndex(of: pair.last)
    else { return nil }
    let name = text[..<end].dropFirst()
    let isName = name.allSatisfy { $0.isLetter || $0.isNumber || "_:-".contains($0) }
    guard !name.isEmpty, isName else { return nil }
    return (String(text[...end]), String(text[text.index(after: end)...]))
  }

  private static func closing(_ open: String) -> String {
    String(open.prefix(1)) + "/" + open.dropFirst()
  }

  func isClosed(in answer: String) -> Bool { isShut || answer.contains(close) }

  /// What stands inside the stretch in a text that is the stretch, whole or from its inside on; nil
  /// when it is not.
  func content(of text: String) -> String? {
    guard let end = text.firstRange(of: close) else { return nil }
    let inside = String(text[..<end.lowerBound]).trimmed
    return inside.hasPrefix(open) ? String(inside.dropFirst(open.count)) : inside
  }
}

extension String {
  /// The text without white space at its ends.
  var trimmed: String {
    let start = drop(while: \.isWhitespace)
    let spaces = start.reversed().prefix(while: \.isWhitespace).count
    return String(start.dropLast(spaces))
  }
}
