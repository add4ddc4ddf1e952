import Constraints
import Generation
import Serialization
import Session

/// Answers to one request while they are written.
struct Answering: Sendable {
  /// A stream of events for each answer.
  let streams: [AsyncStream<AnswerEvent>]
  /// Tokens of the prompts.
  let promptCount: Int
  /// What tokens write, where their likelihoods are told.
  let texts: TokenTexts?

  /// What happens to one of the answers.
  typealias Event = (index: Int, event: AnswerEvent)

  /// Asks for answers to prompts, `fields.count` to each.
  init(
    _ service: Service, model: String, _ fields: AnswerFields,
    prompts: @escaping @Sendable (ServedModel) throws -> [[Int32]]
  ) async throws {
    let isTold = fields.alternatives != nil
    let (asked, texts) = try await service.host.with(model) { model in
      (try prompts(model), isTold ? model.loaded.tokenTexts : nil)
    }
    promptCount = asked.reduce(0) { $0 + $1.count }
    self.texts = texts
    var streams: [AsyncStream<AnswerEvent>] = []
    for prompt in asked {
      for answer in 0..<fields.count {
        streams.append(
          try await service.host.answer(model) { model in
            try fields.request(prompt, answer: answer, of: model)
          })
      }
    }
    self.streams = streams
  }

  /// All answers, when they are whole.
  func whole(_ limit: Int) async throws -> [GeneratedText] {
    try await withThrowingTaskGroup(of: (Int, GeneratedText)?.self) { group in
      for (index, stream) in streams.enumerated() {
        group.addTask {
          for await event in stream {
            if case .ended(let answer) = event { return (index, answer) }
          }
          throw CancellationError()
        }
      }
      group.addTask {
        try await Task.sleep(for: .seconds(limit))
        throw APIError.timedOut(seconds: limit)
      }
      var found: [Int: GeneratedText] = [:]
      while found.count < streams.count, let next = try await group.next() {
        if let (index, answer) = next { found[index] = answer }
      }
      group.cancelAll()
      return try streams.indices.map { index in
        guard let answer = found[index] else { throw CancellationError() }
        if let fault = answer.fault { throw fault }
        return answer
      }
    }
  }

  /// What happens to all answers, as it happens.
  func events(_ limit: Int) -> AsyncThrowingStream<Event, any Error> {
    AsyncThrowingStream { continuation in
      let task = Task {
        await withTaskGroup(of: Void.self) { group in
          for (index, stream) in streams.enumerated() {
            group.addTask {
              for await event in stream { continuation.yield((index, event)) }
            }
          }
          group.addTask {
            do {
              try await Task.sleep(for: .seconds(limit))
              continuation.finish(throwing: APIError.timedOut(seconds: limit))
            } catch {}
          }
          for _ in streams { await group.next() }
          group.cancelAll()
        }
        continuation.finish()
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }
}

extension Answering {
  /// A reply piece by piece: `opening`, and what `pieces` makes of each thing that happens.
  ///
  /// Last comes the count of tokens in `counted`, an object without choices; with nil it is left out.
  func pieces(
    _ limit: Int, opening: [JSONValue] = [], counted: JSONObject?,
    _ pieces: @escaping @Sendable (Int, AnswerEvent) -> [JSONValue]
  ) -> AsyncThrowingStream<JSONValue, any Error> {
    AsyncThrowingStream { continuation in
      let task = Task {
        var usage = Usage(prompt: promptCount)
        for piece in opening { continuation.yield(piece) }
        do {
          for try await (index, event) in events(limit) {
            if case .ended(let answer) = event {
              if let fault = answer.fault { throw fault }
              usage.completion += answer.tokens.count
            }
            for piece in pieces(index, event) { continuation.yield(piece) }
          }
          if var counted {
            counted["usage"] = usage.json
            continuation.yield(.object(counted))
          }
          continuation.finish()
        } catch { continuation.finish(throwing: error) }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }
}

extension GeneratedText {
  /// Why there is no answer; nil when there is one.
  var fault: APIError? {
    switch stopReason {
    case .notNumbers: .failed("What the model computes is no number; it cannot answer.")
    case .noToken:
      .invalid(
        "The model's vocabulary cannot write what the schema asks for.", param: "response_format")
    default: nil
    }
  }
}
