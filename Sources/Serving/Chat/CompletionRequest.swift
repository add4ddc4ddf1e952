import Datasets
import Generation
import Models
import Serialization
import Session
import Tokenizers

/// Texts to be continued.
struct CompletionRequest: Sendable {
  /// The model's name.
  let model: String
  /// How they are continued.
  let answers: AnswerFields
  /// Each a text, or tokens.
  private let given: [Prompt]

  private enum Prompt: Sendable {
    case text(String)
    case tokens([Int32])
  }

  /// The most prompts in one request.
  private static let most = 64
  /// What the API continues by at the most when nothing is said.
  private static let usualTokens = 16

  /// Reads a request.
  init(_ fields: Fields) throws(APIError) {
    model = try fields.neededText("model")
    try fields.refuse(["suffix"])
    guard try fields.truth("echo") != true, try fields.integer("best_of", 1...1) ?? 1 == 1 else {
      throw .invalid("'echo' is not supported by this server.", param: "echo")
    }
    var answers = try AnswerFields(fields)
    if fields.value("max_tokens") == nil { answers.sampling.maximumTokens = Self.usualTokens }
    answers.alternatives = try fields.integer("logprobs", 0...5)
    self.answers = answers
    guard let prompt = fields.value("prompt") else { throw fields.missing("prompt") }
    let list = prompt.array ?? [prompt]
    if let tokens = Self.tokens(list), prompt.array != nil, !list.isEmpty {
      given = [.tokens(tokens)]
    } else {
      var found: [Prompt] = []
      for value in list {
        if let text = value.string {
          found.append(.text(text))
        } else if let tokens = value.array.flatMap(Self.tokens), !tokens.isEmpty {
          found.append(.tokens(tokens))
        } else {
          throw fields.wrong("prompt", value, "a string or an array of strings or tokens")
        }
      }
      given = found
    }
    guard (1...Self.most).contains(given.count) else {
      throw .invalid("'prompt' has 1 to \(Self.most) prompts.", param: "prompt")
    }
  }

  private static func tokens(_ values: [JSONValue]) -> [Int32]? {
    let tokens = values.compactMap { $0.int.flatMap { Int32(exactly: $0) } }
    return tokens.count == values.count ? tokens : nil
  }

  /// The tokens of each prompt.
  func prompts(for model: ServedModel) throws -> [[Int32]] {
    let loaded = model.loaded
    try loaded.checkWriting(self.model)
    let range = 0..<Int32(clamping: loaded.model.config.vocabularySize)
    return try given.map { prompt in
      var ids: [Int32]
      switch prompt {
      case .text(let text): ids = loaded.tokenizer.encode(text, addingSpecialTokens: true)
      case .tokens(let tokens): ids = tokens
      }
      guard ids.allSatisfy(range.contains) else {
        throw APIError.invalid(
          "A token of 'prompt' is none of the model's: they are from 0 to \(range.upperBound - 1).",
          param: "prompt")
      }
      if ids.isEmpty, let end = loaded.ends(Settings()).trained { ids = [end] }
      guard !ids.isEmpty else { throw APIError.invalid("'prompt' is empty.", param: "prompt") }
      try loaded.checkLength(ids)
      return ids
    }
  }
}

/// The continuations in the API's shapes: whole, or piece by piece.
struct CompletionReply: Sendable {
  private let request: CompletionRequest
  private let id = Identifier.new("cmpl-", length: 29)
  private let createdAt = secondsNow()

  init(_ request: CompletionRequest) { self.request = request }

  /// The whole reply.
  func whole(_ answers: [GeneratedText], of answering: Answering) -> JSONValue {
    let usage = Usage(
      prompt: answering.promptCount, completion: answers.reduce(0) { $0 + $1.tokens.count })
    var fields = frame(
      answers.enumerated().map { index, answer in
        choice(
          index, answer.text, answer.stopReason.finishReason,
          answering.texts?.completion(answer.choices) ?? nil)
      })
    fields["usage"] = usage.json
    return .object(fields)
  }

  /// The reply piece by piece.
  func pieces(of answering: Answering, _ limit: Int) -> AsyncThrowingStream<JSONValue, any Error> {
    answering.pieces(limit, counted: request.answers.streamsUsage ? frame([]) : nil) {
      index, event in
      switch event {
      case .text(let text): [.object(frame([choice(index, text, nil)]))]
      case .ended(let answer):
        [
          .object(
            frame([
              choice(
                index, "", answer.stopReason.finishReason,
                answering.texts?.completion(answer.choices) ?? nil)
            ]))
        ]
      }
    }
  }

  private func choice(
    _ index: Int, _ text: String, _ reason: String?, _ likelihoods: JSONValue = nil
  ) -> JSONValue {
    [
      "index": .integer(index), "text": .string(text), "logprobs": likelihoods,
      "finish_reason": reason.map { .string($0) } ?? nil,
    ]
  }

  private func frame(_ choices: [JSONValue]) -> JSONObject {
    ChatReply.frame(
      "text_completion", id: id, createdAt: createdAt, model: request.model, choices)
  }
}
