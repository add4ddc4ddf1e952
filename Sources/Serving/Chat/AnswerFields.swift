import Generation
import Serialization

/// What a request says of how answers are written, in chats and continuations alike.
struct AnswerFields: Sendable {
  /// How tokens are chosen.
  var sampling = SamplingSettings()
  /// How many answers.
  var count = 1
  /// Whether they come piece by piece.
  var isStreamed = false
  /// Whether the count of tokens comes after the pieces.
  var streamsUsage = false

  /// The most answers to one request.
  private static let most = 16

  /// Reads the fields that both kinds of requests have.
  init(_ fields: Fields) throws(APIError) {
    sampling.temperature = try fields.number("temperature", 0...2) ?? 1
    sampling.topP = try fields.number("top_p", 0...1) ?? 1
    sampling.seed = UInt64(
      bitPattern: Int64(
        try fields.integer("seed", Int.min...Int.max) ?? Int.random(in: 0...Int.max)))
    let tokens = 1...1_048_576
    let older = try fields.integer("max_tokens", tokens) ?? tokens.upperBound
    sampling.maximumTokens = try fields.integer("max_completion_tokens", tokens) ?? older
    sampling.stop = try fields.texts("stop", limit: 4) ?? []
    count = try fields.integer("n", 1...Self.most) ?? 1
    isStreamed = try fields.truth("stream") ?? false
    streamsUsage = try fields.fields("stream_options")?.truth("include_usage") ?? false
    for name in ["presence_penalty", "frequency_penalty"] {
      guard try fields.number(name, -2...2) ?? 0 == 0 else {
        throw .invalid(
          "'\(name)' other than 0 is not supported by this server.", param: name,
          code: "unsupported_parameter")
      }
    }
  }
}

extension StopReason {
  /// What the API calls it.
  var finishReason: String { self == .length ? "length" : "stop" }
}

/// How many tokens a request took.
struct Usage: Hashable, Sendable {
  /// Of the prompt.
  var prompt = 0
  /// Of all answers.
  var completion = 0

  /// As the API gives it.
  var json: JSONValue {
    [
      "prompt_tokens": .integer(prompt), "completion_tokens": .integer(completion),
      "total_tokens": .integer(prompt + completion),
    ]
  }
}
