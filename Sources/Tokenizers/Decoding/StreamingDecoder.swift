/// Turns ids into text one at a time, holding back a character until all its bytes have come.
package struct StreamingDecoder: Sendable {
  /// Ids held back at most: bytes that never become a character must not pile up.
  private static let pendingLimit = 16

  private let tokenizer: Tokenizer
  private let skipsSpecialTokens: Bool
  /// The ids of the text given out last: how a token is written can depend on the one before.
  private var context: [Int32] = []
  /// Ids whose text has not been given out.
  private var pending: [Int32] = []

  package init(_ tokenizer: Tokenizer, skippingSpecialTokens: Bool = true) {
    self.tokenizer = tokenizer
    skipsSpecialTokens = skippingSpecialTokens
  }

  /// Adds `id` and returns the text that has become whole, which may be empty.
  package mutating func append(_ id: Int32) -> String {
    if skipsSpecialTokens, tokenizer.isSpecial(id) { return "" }
    pending.append(id)
    let text = pendingText
    let isWhole =
      !text.isEmpty && text.unicodeScalars.last != "\u{FFFD}"
      && !(context.isEmpty && tokenizer.changeWhenFollowed(pending))
    return isWhole || pending.count >= Self.pendingLimit ? giveOut(text) : ""
  }

  /// Returns what is still held back, an incomplete character as U+FFFD; the next id begins anew.
  package mutating func finish() -> String {
    defer { context = [] }
    return giveOut(pendingText)
  }

  /// The text that the pending ids add to that of the context.
  private var pendingText: String {
    let known = tokenizer.decode(context, skippingSpecialTokens: skipsSpecialTokens)
    let all = tokenizer.decode(context + pending, skippingSpecialTokens: skipsSpecialTokens)
    return String(decoding: all.utf8.dropFirst(known.utf8.count), as: UTF8.self)
  }

  private mutating func giveOut(_ text: String) -> String {
    // Alone, an id may be decoded to something else than it was after the others.
    if !pending.isEmpty {
      context = tokenizer.changeWhenFollowed(pending) ? context + pending : pending
    }
    pending = []
    return text
  }
}
