package import Datasets
import Tokenizers

/// What a model is asked, in tokens.
extension LoadedModel {
  /// Returns the tokens that generation starts from: for a text in the form of the rows that a
  /// classifier was trained on, or for a user's message in the chat template; without either, or
  /// `asText`, for a text to be continued.
  package func prompt(
    _ text: String, _ settings: Settings, asText: Bool
  ) throws(ProblemReason) -> [Int32] {
    try encoder(settings).options.checked(promptTokens(text, settings, asText: asText))
  }

  private func promptTokens(
    _ text: String, _ settings: Settings, asText: Bool
  ) throws(ProblemReason) -> [Int32] {
    if !asText, let labelForm, labelForm.isTemplate {
      return try encoder(settings).prompt(of: labelForm.example(text))
    }
    guard isChat, !asText else {
      let ids = tokenizer.encode(text, addingSpecialTokens: true)
      return ids.isEmpty ? [try encoder(settings).knownEnd()] : ids
    }
    let ids = try encoder(settings).prompt(of: [Turn(.user, text)])
    guard !ids.isEmpty else {
      throw .templateFailed(detail: "the chat template writes nothing for a user's message")
    }
    return ids
  }

  /// Returns several answers to a text as tokens, whole with their end as a classifier or the chat
  /// template has them, or, without either or `asText`, as beginnings of what may follow.
  package func answers(
    to text: String, among texts: [String], _ settings: Settings, asText: Bool
  ) throws(ProblemReason) -> EncodedAnswers {
    let encoder = encoder(settings)
    let asked: EncodedAnswers
    if !asText, let labelForm, labelForm.isTemplate {
      asked = try encoder.answers(to: labelForm.example(text), among: texts)
    } else if isChat, !asText {
      let turns = [Turn(.user, text), Turn(.assistant, texts.first ?? "")]
      asked = try encoder.answers(to: Example(.conversation(turns), line: 1), among: texts)
    } else {
      asked = encoder.beginnings(of: texts, after: text)
    }
    for ids in [asked.prompt] + asked.answers { _ = try encoder.options.checked(ids) }
    guard asked.prompt.isEmpty else { return asked }
    // Something must be before the first token that is asked about.
    return EncodedAnswers(prompt: [try encoder.knownEnd()], answers: asked.answers)
  }
}
