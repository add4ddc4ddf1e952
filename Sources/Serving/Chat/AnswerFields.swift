import Constraints
import Generation
import Models
import Serialization
import Session

/// What an answer is held to.
struct AnswerForm: Sendable {
  /// The schema's text, by which forms are told apart; empty for any object.
  let schema: String
  /// What fits it.
  let grammar: Grammar
}

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

  /// What is added to the logits of tokens.
  var bias: [Int32: Float] = [:]
  /// How many alternatives are told with each token's log probability; nil tells neither.
  var alternatives: Int?
  /// What answers are held to; nil for nothing.
  var form: AnswerForm?

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
    bias = try Self.bias(fields)
    form = try Self.form(fields)
    for name in ["presence_penalty", "frequency_penalty"] {
      guard try fields.number(name, -2...2) ?? 0 == 0 else {
        throw .invalid(
          "'\(name)' other than 0 is not supported by this server.", param: name,
          code: "unsupported_parameter")
      }
    }
  }

  /// Reads `logit_bias`: tokens by their numbers, -100 to 100 each.
  private static func bias(_ fields: Fields) throws(APIError) -> [Int32: Float] {
    guard let given = try fields.fields("logit_bias") else { return [:] }
    var bias: [Int32: Float] = [:]
    for (name, value) in given.object.entries {
      guard let token = Int32(name), token >= 0, let number = value.double,
        (-100...100).contains(number)
      else {
        throw .invalid(
          "'logit_bias' has numbers from -100 to 100 by token numbers.", param: "logit_bias")
      }
      bias[token] = Float(number)
    }
    return bias
  }

  /// Reads `response_format`: text, any JSON object, or JSON of a schema.
  private static func form(_ fields: Fields) throws(APIError) -> AnswerForm? {
    guard let format = try fields.fields("response_format") else { return nil }
    switch try format.neededText("type") {
    case "text": return nil
    case "json_object": return AnswerForm(schema: "", grammar: .anyObject)
    case "json_schema":
      guard let asked = try format.fields("json_schema") else {
        throw format.missing("json_schema")
      }
      guard let schema = asked.value("schema") else { throw asked.missing("schema") }
      do throws(SchemaError) {
        return AnswerForm(schema: schema.text, grammar: try Grammar(schema: schema))
      } catch {
        throw .invalid(
          "Invalid schema for response_format: \(error.message)",
          param: "response_format.json_schema.schema", code: "invalid_json_schema")
      }
    case let other:
      throw .invalid(
        "'\(other)' is not one of text, json_object, json_schema.", param: "response_format.type")
    }
  }

  /// What the generator is asked for, by a model.
  func request(
    _ prompt: [Int32], answer: Int, of model: ServedModel
  ) throws(APIError) -> GenerationRequest {
    var request = GenerationRequest(prompt, sampling, answer: answer)
    let count = model.loaded.model.config.vocabularySize
    if let token = bias.keys.first(where: { $0 >= count }) {
      throw .invalid(
        "\(token) is no token of the model, which has \(count).", param: "logit_bias")
    }
    (request.bias, request.alternatives) = (bias, alternatives)
    request.constraint = form.map(model.constraint)
    return request
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
