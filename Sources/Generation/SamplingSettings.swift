/// How the next token is chosen from the model's distribution.
package struct SamplingSettings: Hashable, Sendable {
  /// Divides the logits: 0 takes the likeliest token, 1 the model's own distribution.
  package var temperature = 0.7
  /// Only the k likeliest tokens; 0 means all.
  package var topK = 0
  /// Only the likeliest tokens that together reach this probability, in `0...1`; 1 means all.
  package var topP = 1.0
  /// Only tokens at least this share as likely as the likeliest, in `0...1`; 0 means all.
  package var minP = 0.0
  package var seed: UInt64 = 0
  /// New tokens, at most.
  package var maximumTokens = 128
  /// Texts that end the answer; they are not part of it.
  package var stop: [String] = []

  package init() {}
}
