import Generation
import Serialization
import Session

extension Route {
  /// Answers of the models.
  static let chat: [Route] = [
    Route("POST", "/v1/chat/completions") { service, request, _ in
      let asked = try ChatRequest(try request.fields())
      let settings = service.options.settings
      let answering = try await Answering(service, model: asked.model, asked.answers) { model in
        [try asked.prompt(for: model, settings)]
      }
      let reply = ChatReply(asked)
      guard asked.answers.isStreamed else {
        let answers = try await answering.whole(service.options.secondsLimit)
        return .json(reply.whole(answers, of: answering))
      }
      return .events(reply.pieces(of: answering, service.options.secondsLimit), hasDone: true)
    },
    Route("POST", "/v1/completions") { service, request, _ in
      let asked = try CompletionRequest(try request.fields())
      let answering = try await Answering(service, model: asked.model, asked.answers) { model in
        try asked.prompts(for: model)
      }
      let reply = CompletionReply(asked)
      guard asked.answers.isStreamed else {
        let answers = try await answering.whole(service.options.secondsLimit)
        return .json(reply.whole(answers, of: answering))
      }
      return .events(reply.pieces(of: answering, service.options.secondsLimit), hasDone: true)
    },
    Route("POST", "/v1/embeddings") { service, request, _ in
      let asked = try EmbeddingRequest(try request.fields())
      return .json(try await service.host.with(asked.model) { try asked.reply(of: $0) })
    },
  ]
}
