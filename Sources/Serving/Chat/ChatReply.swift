import Generation
import Serialization
import Session

/// The answer to a conversation in the API's shapes: whole, or piece by piece.
struct ChatReply: Sendable {
  private let request: ChatRequest
  private let id = Identifier.new("chatcmpl-", length: 29)
  private let createdAt = secondsNow()

  init(_ request: ChatRequest) { self.request = request }

  /// What is in every object of a reply.
  static func frame(
    _ kind: String, id: String, createdAt: Int, model: String, _ choices: [JSONValue]
  ) -> JSONObject {
    [
      "id": .string(id), "object": .string(kind), "created": .integer(createdAt),
      "model": .string(model), "choices": .array(choices),
      "system_fingerprint": .string("tunebook-\(Version.current)"),
    ]
  }

  /// The whole reply.
  func whole(_ answers: [GeneratedText], of answering: Answering) -> JSONValue {
    var usage = Usage(prompt: answering.promptCount)
    let choices = answers.enumerated().map { index, answer -> JSONValue in
      usage.completion += answer.tokens.count
      let calls = calls(in: answer.text)
      var message: JSONObject = [
        "role": "assistant", "content": .string(calls?.text ?? answer.text), "refusal": nil,
      ]
      if let calls {
        message["tool_calls"] = .array(calls.json)
        if calls.text.isEmpty { message["content"] = .null }
      }
      return [
        "index": .integer(index), "message": .object(message),
        "logprobs": answering.texts?.chat(answer.choices) ?? nil,
        "finish_reason": .string(
          calls == nil ? answer.stopReason.finishReason : "tool_calls"),
      ]
    }
    var fields = Self.frame(
      "chat.completion", id: id, createdAt: createdAt, model: request.model, choices)
    fields["usage"] = usage.json
    return .object(fields)
  }

  /// The reply piece by piece, likelihoods of tokens after the text.
  ///
  /// Where tools may be called, an answer comes when it is whole, since only
  /// then it is known whether it is a call.
  func pieces(of answering: Answering, _ limit: Int) -> AsyncThrowingStream<JSONValue, any Error> {
    let opening = answering.streams.indices.map { index in
      piece(index, ["role": "assistant", "content": "", "refusal": nil])
    }
    let frame = Self.frame(
      "chat.completion.chunk", id: id, createdAt: createdAt, model: request.model, [])
    return answering.pieces(
      limit, opening: opening, counted: request.answers.streamsUsage ? frame : nil
    ) { index, event in
      switch event {
      case .text(let text):
        return request.tools.isEmpty ? [piece(index, ["content": .string(text)])] : []
      case .ended(let answer):
        let likelihoods = answering.texts.map { texts in
          piece(index, ["content": ""], likelihoods: texts.chat(answer.choices))
        }
        return [likelihoods].compactMap(\.self) + last(index, answer)
      }
    }
  }

  /// What ends an answer.
  private func last(_ index: Int, _ answer: GeneratedText) -> [JSONValue] {
    guard !request.tools.isEmpty else { return [piece(index, [:], answer.stopReason.finishReason)] }
    guard let calls = calls(in: answer.text) else {
      return [
        piece(index, ["content": .string(answer.text)]),
        piece(index, [:], answer.stopReason.finishReason),
      ]
    }
    let list = calls.json.enumerated().map { place, call -> JSONValue in
      .object(
        JSONObject([("index", .integer(place))] + (call.object?.entries ?? []).map { ($0, $1) }))
    }
    let text = calls.text.isEmpty ? [] : [piece(index, ["content": .string(calls.text)])]
    return text + [piece(index, ["tool_calls": .array(list)]), piece(index, [:], "tool_calls")]
  }

  private func piece(
    _ index: Int, _ delta: JSONObject, _ reason: String? = nil, likelihoods: JSONValue = nil
  ) -> JSONValue {
    let choice: JSONValue = [
      "index": .integer(index), "delta": .object(delta), "logprobs": likelihoods,
      "finish_reason": reason.map { .string($0) } ?? nil,
    ]
    return .object(
      Self.frame(
        "chat.completion.chunk", id: id, createdAt: createdAt, model: request.model, [choice]))
  }

  /// The calls in an answer; nil when there are none, or none were allowed.
  private func calls(in text: String) -> ToolCalls? {
    guard !request.tools.isEmpty else { return nil }
    let calls = ToolCalls(in: text)
    return calls.calls.isEmpty ? nil : calls
  }
}
