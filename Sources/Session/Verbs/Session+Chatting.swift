package import Datasets
package import Generation
import Models
package import Serialization

/// Talking with the model: each answer sees what was said before.
extension Session {
  /// Adds a message to the talk, has the model answer, and keeps both.
  ///
  /// - Throws: ``SessionError/unwritable(_:_:)``, ``SessionError/tooLong(_:tokenCount:limit:)``,
  ///   ``SessionError/stopped``, ``SessionError/notNumbers(_:)``; the talk is then as it was.
  package func chat(
    _ request: ChatRequest, tell: @escaping (VerbEvent) -> Void = { _ in }
  ) throws(SessionError) -> GeneratedText {
    let model = try loadedModel()
    var turns = request.startsAnew ? [] : talk
    if let system = request.system {
      turns.removeAll { $0.role == .system }
      turns.insert(Turn(.system, system), at: 0)
    }
    turns.append(request.message)
    let ids: [Int32]
    do throws(ProblemReason) {
      ids = try model.encoder(settings).prompt(of: turns, fields: request.fields)
    } catch { throw .unwritable(.prompt, error) }
    let limit = model.model.config.maximumPositions
    guard ids.count < limit else { throw .tooLong(.prompt, tokenCount: ids.count, limit: limit) }
    var shown = AnswersInOrder { tell(.text($0)) }
    let answers = model.generator(settings).generate(
      [GenerationRequest(ids, request.settings, answer: 0)], stop: stop,
      onText: { shown.add($1, to: $0) }, onEnd: { shown.end($0) })
    guard let answer = answers.first, answer.stopReason != .cancelled || !answer.tokens.isEmpty
    else { throw .stopped }
    guard answer.stopReason != .notNumbers else {
      throw .notNumbers(NotNumbers(.nextToken, from: model))
    }
    talk = turns + [Turn(.assistant, answer.text)]
    return answer
  }
}

/// What is said in a talk.
package struct ChatRequest: Sendable {
  /// The message: a user's, or what a tool gives.
  package let message: Turn
  /// How tokens are drawn.
  package let settings: SamplingSettings
  /// What the system says from now on; nil leaves it as it is.
  package var system: String?
  /// Whether what was said before is forgotten.
  package var startsAnew = false
  /// What the chat template is given beside the messages, such as tools.
  package var fields: JSONObject = [:]

  package init(_ message: Turn, _ settings: SamplingSettings) {
    self.message = message
    self.settings = settings
  }
}
