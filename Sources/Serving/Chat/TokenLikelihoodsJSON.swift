import Constraints
import Generation
import Serialization

extension TokenTexts {
  /// How likely tokens were, as chats have it.
  func chat(_ choices: [TokenChoice]) -> JSONValue {
    let content = choices.map { choice -> JSONValue in
      var fields = fields(choice.chosen)
      fields["top_logprobs"] = .array(choice.likeliest.map { .object(self.fields($0)) })
      return .object(fields)
    }
    return ["content": .array(content), "refusal": nil]
  }

  /// How likely tokens were, as continuations have it.
  func completion(_ choices: [TokenChoice]) -> JSONValue {
    var (offset, offsets): (Int, [JSONValue]) = (0, [])
    for choice in choices {
      offsets.append(.integer(offset))
      offset += text(choice.chosen.token).count
    }
    return [
      "tokens": .array(choices.map { .string(text($0.chosen.token)) }),
      "token_logprobs": .array(choices.map { .number($0.chosen.logProbability) }),
      "top_logprobs": .array(
        choices.map { choice in
          .object(
            JSONObject(
              choice.likeliest.map { (text($0.token), .number($0.logProbability)) }))
        }), "text_offset": .array(offsets),
    ]
  }

  private func fields(_ likelihood: TokenChoice.Likelihood) -> JSONObject {
    let bytes = bytes(of: likelihood.token)
    return [
      "token": .string(text(likelihood.token)), "logprob": .number(likelihood.logProbability),
      "bytes": .array(bytes.map { .integer(Int($0)) }),
    ]
  }

  /// What a token writes; of part of a letter, a sign for what is no text.
  private func text(_ token: Int32) -> String {
    String(decoding: bytes(of: token), as: UTF8.self)
  }
}
