import Checkpoints
import Datasets
import Generation
import Models
import Serialization
import Session

/// A conversation to be answered.
struct ChatRequest: Sendable {
  /// The model's name.
  let model: String
  /// What was said.
  let turns: [Turn]
  /// What the model may call, as the template is given it; empty for nothing.
  let tools: [JSONValue]
  /// How the answer is written.
  let answers: AnswerFields

  /// Reads a request.
  init(_ fields: Fields) throws(APIError) {
    model = try fields.neededText("model")
    guard let messages = try fields.list("messages") else { throw fields.missing("messages") }
    guard !messages.isEmpty else {
      throw .invalid("'messages' is empty.", param: "messages", code: "empty_array")
    }
    do throws(MessageFault) { turns = try Turn.list(messages) } catch {
      throw .invalid(
        "Invalid 'messages': \(error.sentence)", param: "messages[\(error.index)]",
        code: "invalid_value")
    }
    try fields.refuse(["audio", "functions", "function_call", "prediction", "web_search_options"])
    let choice = fields.value("tool_choice")
    guard choice == nil || choice == "auto" || choice == "none" else {
      throw .invalid(
        "'tool_choice' is auto or none here: what the model calls is the model's choice.",
        param: "tool_choice", code: "unsupported_parameter")
    }
    tools = choice == "none" ? [] : try fields.list("tools") ?? []
    var answers = try AnswerFields(fields)
    let top = try fields.integer("top_logprobs", 0...20)
    if try fields.truth("logprobs") == true { answers.alternatives = top ?? 0 }
    guard top == nil || answers.alternatives != nil else {
      throw .invalid("'top_logprobs' needs 'logprobs' to be true.", param: "top_logprobs")
    }
    self.answers = answers
  }

  /// The tokens of the conversation as the model's template writes it.
  func prompt(for model: ServedModel, _ settings: Settings) throws(APIError) -> [Int32] {
    let loaded = model.loaded
    try loaded.checkWriting(self.model)
    guard loaded.isChat else {
      throw .invalid(
        "The model \(self.model) has no chat template; ask /v1/completions.", param: "model",
        code: "no_chat_template")
    }
    // Templates that know no developer have a system.
    let knowsDeveloper = loaded.contents.chatTemplate?.contains("developer") ?? false
    let turns = turns.map { turn in
      turn.role == .developer && !knowsDeveloper
        ? Turn(.system, turn.content, fields: turn.fields) : turn
    }
    let ids: [Int32]
    do throws(ProblemReason) {
      let encoder = loaded.encoder(settings)
      ids = try encoder.options.checked(
        encoder.prompt(of: turns, fields: tools.isEmpty ? [:] : ["tools": .array(tools)]))
    } catch {
      throw .invalid(
        "The chat template cannot write this conversation: \(error.detail ?? "\(error)").",
        param: "messages", code: "template_error")
    }
    try loaded.checkLength(ids)
    return ids
  }
}

extension LoadedModel {
  /// Refuses a model that writes nothing.
  func checkWriting(_ name: String) throws(APIError) {
    guard writes else {
      throw .invalid(
        "The model \(name) makes vectors of texts, and writes none; ask /v1/embeddings.",
        param: "model", code: "unsupported_model")
    }
  }

  /// Refuses a prompt that leaves no room for an answer.
  func checkLength(_ ids: [Int32]) throws(APIError) {
    let limit = model.config.maximumPositions
    guard model.blueprint.reader != nil || ids.count < limit else {
      throw .tooLong(ids.count, limit: limit)
    }
  }
}
