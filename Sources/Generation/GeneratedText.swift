package import Constraints

/// Why an answer ended.
package enum StopReason: String, CaseIterable, Sendable {
  /// The model said it is done.
  case endOfText
  case stopText
  /// The tokens asked for, or the model's context, were used up.
  case length
  case cancelled
  /// What the model computed is no number, so nothing could be chosen.
  case notNumbers
  /// The vocabulary has no token for what has to come next.
  case noToken
}

/// What is to be written.
package struct GenerationRequest: Sendable {
  /// The tokens to go on from, at least one.
  package let prompt: [Int32]
  /// How its tokens are chosen, and when it ends.
  package let settings: SamplingSettings
  /// Which answer to the prompt it is: each draws numbers of its own.
  package let answer: Int
  /// What the answer is held to.
  package var constraint: Constraint?
  /// What is added to the logits of tokens before one is chosen.
  package var bias: [Int32: Float] = [:]
  /// How many alternatives are told with each token's log probability; nil tells neither.
  package var alternatives: Int?

  /// Asks for one answer to a prompt, which the caller knows has a token.
  package init(_ prompt: [Int32], _ settings: SamplingSettings, answer: Int = 0) {
    precondition(!prompt.isEmpty, "a prompt without tokens")
    self.prompt = prompt
    self.settings = settings
    self.answer = answer
  }
}

/// A generated answer.
package struct GeneratedText: Hashable, Sendable {
  /// The answer without the text that ended it.
  package let text: String
  /// The new tokens, the one that ended the answer not counted.
  package let tokens: [Int32]
  /// Why nothing came after the last token.
  package let stopReason: StopReason
  /// How likely each token was, where that was asked for.
  package var choices: [TokenChoice] = []
}
