import Tokenizers

/// Gathers an answer's text and ends it at a stop text.
///
/// Text that may be the beginning of a stop text is held back until it is known not to be.
struct StopCondition {
  private(set) var text = ""
  private var decoder: StreamingDecoder
  private let stopTexts: [String]
  /// The text decoded but not shown yet.
  private var held = ""

  init(tokenizer: Tokenizer, stopTexts: [String]) {
    decoder = StreamingDecoder(tokenizer)
    self.stopTexts = stopTexts.filter { !$0.isEmpty }
  }

  /// Takes a token; returns whether a stop text is complete.
  mutating func append(_ token: Int32, _ onText: (String) -> Void) -> Bool {
    held += decoder.append(token)
    if let end = stopTexts.compactMap({ held.firstRange(of: $0)?.lowerBound }).min() {
      release(held[..<end], onText)
      return true
    }
    release(held.dropLast(heldBack), onText)
    return false
  }

  /// Gives out what was held back; returns the whole text.
  mutating func finish(_ onText: (String) -> Void) -> String {
    held += decoder.finish()
    release(held[...], onText)
    return text
  }

  private mutating func release(_ part: Substring, _ onText: (String) -> Void) {
    guard !part.isEmpty else { return }
    let shown = String(part)
    held.removeFirst(part.count)
    text += shown
    onText(shown)
  }

  /// How many characters at the end may begin a stop text.
  private var heldBack: Int {
    stopTexts.map { stop in
      (1..<max(1, stop.count)).last { held.hasSuffix(stop.prefix($0)) } ?? 0
    }.max() ?? 0
  }
}
