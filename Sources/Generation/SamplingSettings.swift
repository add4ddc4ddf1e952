package import SettingDeclarations

/// How the next token is chosen from the model's distribution.
package struct SamplingSettings: Hashable, Sendable {
  /// Divides the logits: 0 takes the likeliest token, 1 the model's own distribution.
  package var temperature = 0.7
  /// Only the k likeliest tokens; 0 means all.
  package var topK = 0
  /// Only the likeliest tokens that together reach this probability, in `0...1`; 1 means all.
  package var topP = 0.95
  /// Only tokens at least this share as likely as the likeliest, in `0...1`; 0 means all.
  package var minP = 0.0
  /// Where the draws come from: the same seed gives the same answer.
  package var seed: UInt64 = 0
  /// New tokens, at most.
  package var maximumTokens = 128
  /// Texts that end the answer; they are not part of it.
  package var stop: [String] = []

  /// The defaults.
  package init() {}
}

extension SamplingSettings {
  /// Every setting of sampling: a declaration each.
  package static let all: [Setting<SamplingSettings>] = [
    .init(
      "temperature", \.temperature, .number(0...100),
      "How freely the next token is drawn; 0 takes the likeliest.", synonyms: ["temp"],
      counts: .never),
    .init(
      "top_k", \.topK, .integer(0...1_000_000), "Only the k likeliest tokens; 0 means all.",
      counts: .never),
    .init(
      "top_p", \.topP, .share(0...1),
      "Only the likeliest tokens that reach this probability together.", counts: .never),
    .init(
      "min_p", \.minP, .share(0...1),
      "Only tokens at least this share as likely as the likeliest.", counts: .never),
    .init(
      "tokens", \.maximumTokens, .integer(1...1_048_576), "New tokens of an answer at the most.",
      synonyms: ["max_tokens", "max_new_tokens", "length"], counts: .never),
  ]
}
