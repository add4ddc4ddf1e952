import Checkpoints
import Generation
import Models
import Reporting
import Session
import Training

/// Has models write answers: those that are asked for together are written together.
///
/// All of it is on one thread, the engine's; between two passes it takes new requests. Each answer has
/// the bits that it would have alone.
actor ModelHost {
  private let thread = EngineThread()
  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  private let catalog: ModelCatalog
  private let options: Service.Options
  /// The bases in memory, by what they are loaded by, with a folder's contents.
  private var bases: [String: LoadedModel] = [:]
  /// The models in memory.
  private var models: [ModelSource: ServedModel] = [:]
  /// Who is told of an answer.
  private var listeners: [ModelSource: [Int: AsyncStream<AnswerEvent>.Continuation]] = [:]
  private var isRunning = false

  init(_ catalog: ModelCatalog, _ options: Service.Options) {
    (self.catalog, self.options) = (catalog, options)
  }

  /// Does something with a model by its name, which is loaded if need be.
  func with<Result: Sendable>(
    _ name: String, _ body: @Sendable (ServedModel) throws -> Result
  ) throws -> Result {
    try body(try model(catalog.source(of: name)))
  }

  /// Has a model answer.
  ///
  /// - Parameters:
  ///   - name: the model.
  ///   - request: makes the request of the model; what it throws is thrown.
  /// - Returns: what happens; it ends after ``AnswerEvent/ended(_:)``, and who leaves it ends the answer.
  /// - Throws: ``APIError`` for a model that is not there or cannot be loaded, and for too many requests.
  func answer(
    _ name: String, _ request: @Sendable (ServedModel) throws -> GenerationRequest
  ) throws -> AsyncStream<AnswerEvent> {
    let source = try catalog.source(of: name)
    let model = try model(source)
    guard models.values.reduce(0, { $0 + $1.waitingCount }) < options.queueLimit else {
      throw APIError.busy
    }
    let ticket = model.add(try request(model))
    let (stream, continuation) = AsyncStream.makeStream(of: AnswerEvent.self)
    continuation.onTermination = { reason in
      guard case .cancelled = reason else { return }
      Task { await self.cancel(ticket, of: source) }
    }
    listeners[source, default: [:]][ticket] = continuation
    if !isRunning {
      isRunning = true
      Task { await self.run() }
    }
    return stream
  }

  /// Ends all answers as they stand.
  func stop() {
    for (source, all) in listeners { for ticket in all.keys { cancel(ticket, of: source) } }
  }

  /// Gives every answer its tokens until there is none left; between passes others come in.
  private func run() async {
    while models.values.contains(where: { !$0.isIdle }) {
      for (source, model) in models where !model.isIdle {
        model.pass { tell($1, of: $0, source) }
        await Task.yield()
      }
    }
    isRunning = false
  }

  private func cancel(_ ticket: Int, of source: ModelSource) {
    models[source]?.cancel(ticket) { tell($1, of: $0, source) }
  }

  private func tell(_ event: AnswerEvent, of ticket: Int, _ source: ModelSource) {
    guard let listener = listeners[source]?[ticket] else { return }
    listener.yield(event)
    if case .ended = event {
      listeners[source]?[ticket] = nil
      listener.finish()
    }
  }

  // MARK: Loading

  private func model(_ source: ModelSource) throws(APIError) -> ServedModel {
    if let model = models[source] { return model }
    let base = try base(source.model)
    // A model of its own on the base's weights: adapters may come with a template.
    let loaded: LoadedModel
    do throws(ModelError) { loaded = try LoadedModel(sharing: base) } catch {
      throw .failed("\(source.model): \(error.diagnostic.message)")
    }
    let model = try ServedModel(loaded, adapter: source.adapter, options.settings)
    models[source] = model
    return model
  }

  private func base(_ asked: String) throws(APIError) -> LoadedModel {
    if let base = bases[asked] { return base }
    do {
      let folder = try catalog.resources.folder(ofModel: asked)
      let base = try load(folder, named: asked)
      bases[asked] = base
      return base
    } catch let error as ModelError {
      throw .failed("\(asked): \(error.diagnostic.message)")
    } catch let error as APIError { throw error } catch {
      throw .failed("The model \(asked) cannot be loaded: \(error).")
    }
  }

  /// Loads a base; where memory is short, models that nobody uses make room.
  private func load(_ folder: String, named name: String) throws(ModelError) -> LoadedModel {
    do throws(ModelError) {
      return try LoadedModel(
        reading: folder, name: name, base: options.settings.training.base, on: options.device,
        cache: catalog.resources.weightCache)
    } catch {
      guard case .tooLarge = error, forgetIdle() else { throw error }
      return try load(folder, named: name)
    }
  }

  private func forgetIdle() -> Bool {
    let idle = models.filter { $0.value.isIdle }.map(\.key)
    let busy = Set(models.keys).subtracting(idle).map(\.model)
    let before = bases.count
    for source in idle { models[source] = nil }
    bases = bases.filter { busy.contains($0.key) }
    return bases.count < before
  }
}
