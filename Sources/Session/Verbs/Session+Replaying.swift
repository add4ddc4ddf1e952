import Adapters
import Checkpoints
import Models
import Tensors
import Tokenizers

/// Reading again what was written, before it takes its place.
extension Session {
  /// Reads a model's folder or file again and holds it against the model.
  ///
  /// - Parameters:
  ///   - path: where the files are for now.
  ///   - model: what was written.
  ///   - name: where the files will be, for messages.
  ///   - limit: how far they may be apart.
  ///   - tell: told what came of it.
  /// - Throws: ``SessionError/replayed(_:limit:path:)``, and
  ///   ``SessionError/unreadableAgain(_:staging:path:)``; too little memory for a second model is
  ///   only told.
  func replay(
    _ path: String, beside model: LoadedModel, named name: String, _ limit: ReplayLimit,
    _ tell: (VerbEvent) -> Void
  ) throws(SessionError) {
    let read: LoadedModel
    do throws(ModelError) {
      read = try LoadedModel(reading: path, name: model.name, on: device)
    } catch .tooLarge(let needed, let available) {
      return tell(.notReplayed(needed: needed, available: available))
    } catch { throw .unreadableAgain(error, staging: path, path: name) }
    let prompts = ReplayPrompts(currentData)
    // A window may have become the end of the context.
    let context = min(
      model.model.config.maximumPositions, read.model.config.maximumPositions)
    let replay = Replay(
      prompts.encoded(for: model, settings, context: context), by: model.model)
    let finding = replay.finding(
      read.model, prompts: prompts.encoded(for: read, settings, context: context),
      text: model.text)
    try judge(finding, limit, name, tell)
  }

  /// Holds a model with its adapter against itself with the adapter that `attach` reads.
  func replayAdapter(
    beside model: LoadedModel, named name: String, _ tell: (VerbEvent) -> Void,
    _ attach: () throws(AdapterError) -> LowRankAdapter
  ) throws(SessionError) {
    let context = model.model.config.maximumPositions
    let replay = Replay(
      ReplayPrompts(currentData).encoded(for: model, settings, context: context),
      by: model.model)
    model.adapter?.setAttached(false)
    defer { model.adapter?.setAttached(true) }
    let finding: ReplayFinding
    do throws(AdapterError) {
      let read = try attach()
      finding = replay.finding(model.model, text: model.text)
      read.setAttached(false)
    } catch { throw .adapter(error) }
    try judge(finding, .float32, name, tell)
  }

  private func judge(
    _ finding: ReplayFinding, _ limit: ReplayLimit, _ path: String, _ tell: (VerbEvent) -> Void
  ) throws(SessionError) {
    guard !limit.isExceeded(by: finding) else {
      throw .replayed(finding, limit: limit, path: path)
    }
    tell(.replayed(finding))
  }
}

extension LoadedModel {
  /// What a token is, for people.
  fileprivate func text(_ id: Int32) -> String {
    tokenizer.decode([id], skippingSpecialTokens: false)
  }
}

extension DType {
  /// How far a model saved in this format may be from itself.
  var replayLimit: ReplayLimit {
    switch self {
    case .float32: .float32
    case .float16: .float16
    case .bfloat16: .bfloat16
    }
  }
}
