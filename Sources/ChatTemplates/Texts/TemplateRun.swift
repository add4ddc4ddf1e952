/// A stretch of a text, and the text of the conversation that it was taken from.
struct TemplateRun: Hashable, Sendable {
  /// The bytes of the text it stands in.
  var start, end: Int
  /// The node of the conversation, in its ``TemplateData``; nil for the template's own words inside
  /// `{% generation %}`.
  var node: Int?
  /// The bytes of the node's text that it was made of; none for what only belongs to the node.
  var from, upTo: Int
  /// Whether it was written inside `{% generation %}`.
  var isGenerated = false

  /// The template's own words inside `{% generation %}`.
  static func generated(_ range: Range<Int>) -> TemplateRun {
    TemplateRun(
      start: range.lowerBound, end: range.upperBound, node: nil, from: 0, upTo: 0,
      isGenerated: true)
  }

  /// Whether the bytes are those of the node, rather than what became of them.
  var isVerbatim: Bool { upTo - from == end - start }

  func moved(by offset: Int) -> TemplateRun {
    var run = self
    run.start += offset
    run.end += offset
    return run
  }

  /// The part of it that stands in `range`, which it overlaps.
  func cut(to range: Range<Int>) -> TemplateRun {
    var run = self
    run.start = max(start, range.lowerBound)
    run.end = min(end, range.upperBound)
    guard isVerbatim else { return run }
    run.from += run.start - start
    run.upTo -= end - run.end
    return run
  }

  /// Whether `next` is more of the same, so that both are one run.
  func goesOn(in next: TemplateRun) -> Bool {
    guard end == next.start, node == next.node, isGenerated == next.isGenerated else {
      return false
    }
    return isVerbatim && next.isVerbatim && upTo == next.from
      || from == upTo && next.from == next.upTo
  }
}
