import Adapters
import Checkpoints
import Constraints
import Generation
import Models
import Reporting
import Session
import Tensors

/// A model that answers: a base, shared by all that stand on it, an adapter, and the answers that are
/// being written.
final class ServedModel {
  /// The tokenizer, the template, and what computes.
  let loaded: LoadedModel
  /// What is put in force while it computes; nil for the base alone.
  private let adapter: LowRankAdapter?
  /// Its answers.
  private var loop: AnswerLoop
  /// What answers were held to last, worked out once for all that ask for the same.
  private var constraints: [(schema: String, constraint: Constraint)] = []

  /// How many of these are kept.
  private static let keptConstraints = 16

  /// Bytes that may be kept of answers that ended, for prompts that begin alike.
  private static let keptBytes = 256 << 20

  /// Puts an adapter on a base; `loaded` is this model's own, and computes with weights that others use
  /// too.
  ///
  /// - Throws: ``APIError`` when the adapter does not fit.
  init(_ loaded: LoadedModel, adapter folder: String?, _ settings: Settings) throws(APIError) {
    self.loaded = loaded
    adapter = try folder.map { (folder) throws(APIError) in try Self.adapter(in: folder, on: loaded)
    }
    loop = loaded.loop(settings, keptBytes: Self.keptBytes)
  }

  /// Reads an adapter, and takes it out of force again.
  private static func adapter(
    in folder: String, on loaded: LoadedModel
  ) throws(APIError) -> LowRankAdapter {
    let directory: AdapterDirectory
    do throws(CheckpointError) { directory = try AdapterDirectory(path: folder) } catch {
      throw .failed("\(folder): \(error.diagnostic.message)")
    }
    let adapter: LowRankAdapter
    do throws(AdapterError) {
      adapter = try LowRankAdapter(reading: directory, attachingTo: loaded.model)
    } catch { throw .failed("\(folder): \(error.diagnostic.message)") }
    adapter.setAttached(false)
    if loaded.contents.chatTemplate == nil, let source = directory.chatTemplate {
      do throws(ModelError) {
        try loaded.use(BuiltInTemplate(source, for: loaded), addingTokens: false)
      } catch {
        throw .failed("\(folder): \(error.diagnostic.message)")
      }
    }
    return adapter
  }

  /// What holds answers to a form.
  func constraint(_ form: AnswerForm) -> Constraint {
    if let known = constraints.first(where: { $0.schema == form.schema }) {
      return known.constraint
    }
    let made = Constraint(form.grammar, loaded.tokenTexts)
    constraints.append((form.schema, made))
    if constraints.count > Self.keptConstraints { constraints.removeFirst() }
    return made
  }

  /// Whether no answer is being written or waited for.
  var isIdle: Bool { loop.isIdle }

  /// How many requests wait.
  var waitingCount: Int { loop.waitingCount }

  /// Takes a request; returns the number that its events have.
  func add(_ request: GenerationRequest) -> Int { loop.add(request) }

  /// Ends an answer as it stands.
  func cancel(_ ticket: Int, tell: (Int, AnswerEvent) -> Void) { loop.cancel(ticket, tell: tell) }

  /// Gives each of its answers the next token.
  func pass(tell: (Int, AnswerEvent) -> Void) { inForce { loop.pass(tell: tell) } }

  /// Does something with the adapter in force.
  func inForce<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    adapter?.setAttached(true)
    defer { adapter?.setAttached(false) }
    return try body()
  }
}
