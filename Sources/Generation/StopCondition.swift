import Tokenizers

/// Gathers an answer's text and ends it at a stop text.
///
/// Text that may be the beginning of a stop text is held back until it is known not to be. All of
/// it goes by Unicode scalars, not by characters: a new line must be found after a carriage
/// return, and what is found must not depend on how tokens divide the text.
struct StopCondition {
  private(set) var text = ""
  private var decoder: StreamingDecoder
  private let stopTexts: [[Unicode.Scalar]]
  /// The text decoded but not shown yet.
  private var held: [Unicode.Scalar] = []

  init(tokenizer: Tokenizer, stopTexts: [String]) {
    decoder = StreamingDecoder(tokenizer)
    self.stopTexts = stopTexts.filter { !$0.isEmpty }.map { Array($0.unicodeScalars) }
  }

  /// Takes a token; returns whether a stop text is complete.
  mutating func append(_ token: Int32, _ onText: (String) -> Void) -> Bool {
    held += decoder.append(token).unicodeScalars
    if let end = stopTexts.compactMap({ held.firstRange(of: $0)?.lowerBound }).min() {
      release(end, onText)
      return true
    }
    release(held.count - heldBack, onText)
    return false
  }

  /// Gives out what was held back; returns the whole text.
  mutating func finish(_ onText: (String) -> Void) -> String {
    held += decoder.finish().unicodeScalars
    release(held.count, onText)
    return text
  }

  /// Shows the first `count` scalars of what is held.
  private mutating func release(_ count: Int, _ onText: (String) -> Void) {
    guard count > 0 else { return }
    var shown = ""
    shown.unicodeScalars.append(contentsOf: held.prefix(count))
    held.removeFirst(count)
    text += shown
    onText(shown)
  }

  /// How many scalars at the end may begin a stop text.
  private var heldBack: Int {
    stopTexts.map { stop in
      (1..<stop.count).last { held.suffix($0).elementsEqual(stop.prefix($0)) } ?? 0
    }.max() ?? 0
  }
}
