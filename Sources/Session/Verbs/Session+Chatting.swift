package import Datasets
import Execution
package import Generation
import Models
package import Serialization

/// Talking with the model: each answer sees what was said before.
extension Session {
  /// Adds a message to the talk, has the model answer, and keeps both.
  ///
  /// - Throws: ``SessionError/unwritable(_:_:)``, ``SessionError/tooLong(_:tokenCount:limit:)``,
  ///   ``SessionError/stopped``, ``SessionError/notNumbers(_:)``, ``SessionError/notTuned``,
  ///   ``SessionError/nothingSaid``; the talk is then as it was.
  package func chat(
    _ request: ChatRequest, tell: @escaping (VerbEvent) -> Void = { _ in }
  ) throws(SessionError) -> ChatAnswer {
    let model = try loadedModel()
    guard model.isTuned || !request.isBesideBase else { throw .notTuned }
    var (turns, draw) = try turns(for: request)
    let ids: [Int32]
    do throws(ProblemReason) {
      ids = try model.encoder(settings).prompt(of: turns, fields: request.fields)
    } catch { throw .unwritable(.message, error) }
    let limit = model.model.config.maximumPositions
    guard ids.count < limit else { throw .tooLong(.message, tokenCount: ids.count, limit: limit) }
    let asked = GenerationRequest(ids, request.settings, answer: draw)
    var base: GeneratedText?
    if request.isBesideBase {
      base = try model.asBase { () throws(SessionError) in
        try say(asked, as: .base, model, request, tell)
      }
    }
    let answer = try say(asked, as: .tuned, model, request, tell)
    turns.append(Turn(.assistant, answer.text))
    (talk, talkDraw) = (turns, draw)
    return ChatAnswer(answer: answer, base: base)
  }

  /// What the model is given for a request, and which answer to it is drawn.
  private func turns(
    for request: ChatRequest
  ) throws(SessionError) -> (turns: [Turn], draw: Int) {
    var turns = request.startsAnew ? [] : talk
    if let system = request.system {
      turns.removeAll { $0.role == .system }
      turns.insert(Turn(.system, system), at: 0)
    }
    if let message = request.message {
      turns.append(message)
      return (turns, 0)
    }
    guard turns.last?.role == .assistant else { throw .nothingSaid }
    turns.removeLast()
    return (turns, talkDraw + 1)
  }

  private func say(
    _ asked: GenerationRequest, as state: ModelState, _ model: LoadedModel, _ request: ChatRequest,
    _ tell: @escaping (VerbEvent) -> Void
  ) throws(SessionError) -> GeneratedText {
    if request.isBesideBase { tell(.answeringAs(state)) }
    let answer = write(asked, state, model) { tell(.text($0)) }
    guard let answer, answer.stopReason != .cancelled || !answer.tokens.isEmpty else {
      throw .stopped
    }
    guard answer.stopReason != .notNumbers else {
      throw .notNumbers(NotNumbers(.nextToken, from: model))
    }
    return answer
  }

  /// Takes back the last message with its answer.
  ///
  /// - Returns: how many messages the talk has then.
  /// - Throws: ``SessionError/nothingSaid``.
  package func takeBackMessage() throws(SessionError) -> Int {
    guard let last = talk.lastIndex(where: { $0.role == .user }) else { throw .nothingSaid }
    talk.removeSubrange(last...)
    talkDraw = 0
    return talk.count
  }

  /// The model that would answer, whether training changed it, and how many messages the talk with it has;
  /// nil without one.
  package var talkingModel: (name: String, isTuned: Bool, turnCount: Int)? {
    model.map { ($0.name, $0.isTuned, talk.count) }
  }

  /// What was said so far, each message with who said it.
  package var talkLines: [String] { talk.map { "\($0.role.rawValue): \($0.content)" } }

  // MARK: What was computed of a talk

  /// The bytes of keys and values that are kept of a talk.
  private static let talkBytes = 256 << 20

  /// Writes an answer; what was computed for the turns before is not computed again.
  private func write(
    _ asked: GenerationRequest, _ state: ModelState, _ model: LoadedModel,
    onText: @escaping (String) -> Void
  ) -> GeneratedText? {
    // While a training runs, the weights are others at each message.
    let known = isInTrainingHook ? nil : talkLoops.removeValue(forKey: state)
    var loop = known ?? model.loop(settings, keptBytes: Self.talkBytes)
    var answer: GeneratedText?
    let take = { (ticket: Int, event: AnswerEvent) in
      switch event {
      case .text(let text): onText(text)
      case .ended(let whole): answer = whole
      }
    }
    _ = loop.add(asked)
    while !loop.isIdle, !stop.isRequested { loop.pass(tell: take) }
    loop.cancelAll(tell: take)
    if !isInTrainingHook { talkLoops[state] = loop }
    return answer
  }

  /// Forgets what was computed of the talk: the model is about to be another one, or is.
  package func forgetTalkKeys() { talkLoops = [:] }

  /// The tokens that were read for the talk since that was last forgotten.
  package var talkTokensRead: Int { talkLoops.values.reduce(0) { $0 + $1.tokensRead } }
}

/// What is said in a talk.
package struct ChatRequest: Sendable {
  /// The message: a user's, or what a tool gives; nil asks for another answer to the last one.
  package let message: Turn?
  /// How tokens are drawn.
  package let settings: SamplingSettings
  /// What the system says from now on; nil leaves it as it is.
  package var system: String?
  /// Whether what was said before is forgotten.
  package var startsAnew = false
  /// Whether the model as it was loaded answers too; what it says is no part of the talk.
  package var isBesideBase = false
  /// What the chat template is given beside the messages, such as tools.
  package var fields: JSONObject = [:]

  package init(_ message: Turn?, _ settings: SamplingSettings) {
    self.message = message
    self.settings = settings
  }
}

/// What came of a message.
package struct ChatAnswer: Sendable {
  /// What the model said.
  package let answer: GeneratedText
  /// What it would have said as it was loaded; nil unless that was asked for.
  package let base: GeneratedText?
}
