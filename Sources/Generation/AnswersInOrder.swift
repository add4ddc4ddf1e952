/// Shows answers one after the other, each with a new line after it, while they are written side
/// by side: the first as it comes, the others when those before them are whole.
package struct AnswersInOrder {
  private let show: (String) -> Void
  /// The answer that is being shown.
  private var current = 0
  private var held: [Int: String] = [:]
  private var ended: Set<Int> = []

  /// Has shown nothing yet; `show` is told each stretch of text.
  package init(show: @escaping (String) -> Void) { self.show = show }

  /// Takes a stretch of text of an answer.
  package mutating func add(_ text: String, to answer: Int) {
    if answer == current { show(text) } else { held[answer, default: ""] += text }
  }

  /// Takes note that an answer is whole.
  package mutating func end(_ answer: Int) {
    ended.insert(answer)
    while ended.contains(current) {
      show("\n")
      current += 1
      if let text = held.removeValue(forKey: current) { show(text) }
    }
  }
}
