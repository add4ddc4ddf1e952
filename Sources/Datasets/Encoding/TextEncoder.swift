package import Serialization
package import Tokenizers

/// What turns text into token ids; a tokenizer is one.
package protocol TextEncoder: Sendable {
  /// Returns the ids of `text`, in which special tokens may be spelled out.
  func encode(_ text: String, addingSpecialTokens: Bool) -> [Int32]
  /// Returns the same ids, none added, with the bytes of the text that each stands for.
  func encodeWithPlaces(_ text: String) -> PlacedTokens
  /// Tells whether an id stands for a special token.
  func isSpecial(_ id: Int32) -> Bool
}

/// What writes a conversation as the model was taught to read it; a chat template is one.
package protocol ConversationRenderer: Sendable {
  /// Returns the text of the turns, and the start of an assistant's turn if asked for.
  func render(_ turns: [Turn], addingGenerationPrompt: Bool) throws(RenderingFailure) -> String
  /// Returns a renderer for a row that has more to say than its messages, such as `tools`.
  func given(_ fields: JSONObject) -> any ConversationRenderer
  /// Whether a key of a message or a row is named anywhere; false is certain.
  func mayWrite(_ key: String) -> Bool
}

extension ConversationRenderer {
  package func given(_ fields: JSONObject) -> any ConversationRenderer { self }
  package func mayWrite(_ key: String) -> Bool { true }
}

/// Why a conversation could not be written.
package struct RenderingFailure: Error, Hashable, Sendable {
  /// One sentence, from the template or about it.
  package let message: String

  package init(_ message: String) {
    self.message = message
  }
}
