import Checkpoints
import Datasets
package import Generation
import Models

/// Writing text with the model, and choosing of given answers.
extension Session {
  /// Writes answers to a prompt, side by side; `tell` gets their text, one after the other.
  ///
  /// - Throws: ``SessionError/unwritable(_:_:)``, ``SessionError/tooLong(_:tokenCount:limit:)``,
  ///   ``SessionError/schema(_:path:)``, ``SessionError/file(_:)``; ``SessionError/stopped`` when nothing
  ///   was written by then.
  package func sample(
    _ request: SampleRequest, tell: @escaping (VerbEvent) -> Void = { _ in }
  ) throws(SessionError) -> [GeneratedText] {
    let model = try writingModel()
    let prompt = try prompt(request, model)
    tellForm(request, model, tell)
    let constraint = try request.form.map { (form) throws(SessionError) in
      try model.constraint(form)
    }
    let requests = (0..<request.count).map { answer in
      var request = GenerationRequest(prompt, request.settings, answer: answer)
      request.constraint = constraint
      return request
    }
    var shown = AnswersInOrder { tell(.text($0)) }
    let answers = try with(request.state, of: model) { () throws(SessionError) in
      model.generator(settings).generate(
        requests, stop: stop, team: team, onText: { shown.add($1, to: $0) },
        onEnd: { shown.end($0) })
    }.filter { $0.stopReason != .cancelled || !$0.tokens.isEmpty }
    guard !answers.isEmpty else { throw .stopped }
    guard answers.allSatisfy({ $0.stopReason != .notNumbers }) else {
      throw .notNumbers(NotNumbers(.nextToken, from: model))
    }
    for answer in answers { recorder?.note(answer: answer.text, to: request.prompt) }
    return answers
  }

  private func prompt(
    _ request: SampleRequest, _ model: LoadedModel
  ) throws(SessionError) -> [Int32] {
    let ids: [Int32]
    do throws(ProblemReason) {
      ids = try model.prompt(request.prompt, settings, asText: request.isRaw)
    } catch { throw .unwritable(.prompt, error) }
    let limit = model.model.config.maximumPositions
    guard ids.count < limit else { throw .tooLong(.prompt, tokenCount: ids.count, limit: limit) }
    return ids
  }

  /// How likely the model holds each of several answers to a prompt.
  ///
  /// - Throws: ``SessionError/noChoice``, ``SessionError/unwritable(_:_:)``,
  ///   ``SessionError/tooLong(_:tokenCount:limit:)``.
  package func choose(
    among texts: [String], _ request: SampleRequest, tell: (VerbEvent) -> Void = { _ in }
  ) throws(SessionError) -> ChosenAnswers {
    let model = try writingModel()
    guard texts.count > 1, Set(texts).count == texts.count, !texts.contains("") else {
      throw .noChoice
    }
    let asked: EncodedAnswers
    do throws(ProblemReason) {
      asked = try model.answers(
        to: request.prompt, among: texts, settings, asText: request.isRaw)
    } catch { throw .unwritable(.answers, error) }
    let limit = model.model.config.maximumPositions
    let question = Question(
      prompt: asked.prompt, answers: asked.answers, isApart: model.model.blueprint.reader != nil)
    guard question.length <= limit else {
      throw .tooLong(.answers, tokenCount: question.length, limit: limit)
    }
    let shares = try shares(of: question, request.state, model)
    tellForm(request, model, tell)
    return ChosenAnswers(
      texts: texts, shares: shares, tokenCounts: question.answers.map(\.count))
  }

  /// Tells that the text is asked about as the rows were written that the model learned labels from.
  private func tellForm(
    _ request: SampleRequest, _ model: LoadedModel, _ tell: (VerbEvent) -> Void
  ) {
    guard !request.isRaw, let form = model.labelForm, form.isTemplate else { return }
    tell(.asked(form, request.prompt))
  }
}

/// What is to be answered or continued.
package struct SampleRequest: Sendable {
  /// The text.
  package let prompt: String
  /// How tokens are drawn.
  package let settings: SamplingSettings
  /// Whether the text is to be continued as it stands, in no chat and no form of labels.
  package var isRaw = false
  /// How many answers.
  package var count = 1
  /// Which weights write.
  package var state = ModelState.tuned
  /// What the answers are held to.
  package var form: AnswerForm?

  /// Asks for one answer of the model as it is now.
  package init(_ prompt: String, _ settings: SamplingSettings) {
    self.prompt = prompt
    self.settings = settings
  }
}

/// Answers that were given, and how likely the model holds each.
package struct ChosenAnswers: Sendable {
  /// The answers, as they were given.
  package let texts: [String]
  /// How likely each is.
  package let shares: AnswerShares
  /// The tokens of each, its end among them.
  package let tokenCounts: [Int]
}
