import Adapters
import Autograd
import Checkpoints
package import Datasets
import Models
import Objectives
package import Tensors
import Training
import Workers

/// Base and tuned: adapters, trained weights, and the way back.
extension LoadedModel {
  /// Attaches a fresh adapter, or returns the one that is attached.
  ///
  /// One that was loaded is trained on as it is; one made here must have been made with the same
  /// settings, since a change of them would go unnoticed.
  private func adapter(
    _ settings: LowRankSettings, seed: UInt64
  ) throws(AdapterError) -> LowRankAdapter {
    if let adapter {
      if adapter.isMix { throw .severalInForce(.training, name: shelf.shares.first?.name ?? "") }
      guard adapter.isTrainable else { throw .notTrainable(kind: adapter.kindName) }
      guard adapter.isFromFile || adapter.settings == settings else { throw .alreadyAttached }
      return adapter
    }
    let fresh = try LowRankAdapter(attachingTo: model, settings, seed: seed)
    shelf.add(fresh, as: Self.trainedName)
    return fresh
  }

  /// What an adapter is called that was trained here.
  private static let trainedName = "trained"

  /// Attaches the adapter of a folder under a name; others go out of force.
  ///
  /// - Throws: `AdapterError`, everything being as it was.
  func attach(_ directory: AdapterDirectory, as name: String) throws(AdapterError) {
    adapter?.setAttached(false)
    do throws(AdapterError) {
      shelf.add(try LowRankAdapter(reading: directory, attachingTo: model), as: name)
    } catch {
      adapter?.setAttached(true)
      throw error
    }
  }

  /// Puts adapters in force, in the place of those that are.
  ///
  /// - Throws: ``AdapterError/bothReplace(tensor:)``, nothing being changed.
  func use(_ shares: [AdapterShelf.Share]) throws(AdapterError) {
    try shelf.use(shares, on: model)
  }

  /// Takes over adapters as they were, those in force being attached.
  func adopt(_ shelf: AdapterShelf) {
    shelf.current?.setAttached(true)
    self.shelf = shelf
  }

  /// Takes over how the model is asked for labels; nil when what it learned last has none.
  package func adopt(_ form: LabelForm?) { labelForm = form }

  /// Takes over weights that training made of all of the model's.
  func adoptTrained(_ weights: [Weights]) {
    hasTrainedWeights = true
    model.replaceWeights(by: weights)
  }

  /// What the frozen weights are kept as.
  package var base: WeightFormat { model.weightFormat }

  /// Whether the frozen weights can be packed in `format` without reading the model again: from
  /// float32 as loaded, all can.
  package func canChangeBase(to format: WeightFormat) -> Bool {
    format == base || base == .float32 && !hasTrainedWeights
  }

  /// Packs the frozen weights in `format`; the caller asked ``canChangeBase(to:)``.
  ///
  /// - Throws: ``ModelError/checkpoint(_:)`` when the format cannot hold them; nothing is changed.
  package func changeBase(to format: WeightFormat) throws(ModelError) {
    // A head that an adapter parts from the table is made of it anew.
    adapter?.setAttached(false)
    defer { adapter?.setAttached(true) }
    do throws(CheckpointError) { try model.pack(as: format) } catch { throw .checkpoint(error) }
    references.areOfBase = false
  }

  /// Packs all weights again, for products that only read them: after training.
  package func pack() { model.pack() }

  /// Makes a trainer of an objective: of the adapter, a fresh one if there is none, or of all weights.
  ///
  /// - Throws: ``TrainingError/frozenBase(_:)`` when all weights are to be trained that are kept in
  ///   fewer bits, and what making an adapter throws.
  func trainer(
    _ plan: TrainingPlan, _ examples: [EncodedExample], _ objective: any Objective,
    team: Team? = nil
  ) throws(TrainingError) -> Trainer {
    var (plan, parameters) = (plan, model.parameters)
    switch plan.method {
    case .full:
      guard base == .float32 else { throw .frozenBase(base) }
      if let adapter, adapter.changesWeights { throw .adapter(.inTheWay(kind: adapter.kindName)) }
      hasTrainedWeights = true
      model.unpack()
      if !objective.readsHead { parameters = model.parametersOfStates }
    case .lowRank(let settings):
      pack()
      do throws(AdapterError) {
        let adapter = try adapter(settings, seed: plan.seed)
        // One from a file keeps the shape it came with.
        plan.method = .lowRank(adapter.settings)
        parameters = adapter.parameters
      } catch { throw .adapter(error) }
    }
    return try Trainer(
      model: model, parameters: parameters, examples: examples, plan: plan, objective: objective,
      team: team)
  }

  /// Goes back to the weights as loaded.
  ///
  /// - Throws: ``ModelError/baseIsGone(_:)`` when all weights were trained and cannot be read again.
  package func reset() throws(ModelError) {
    if hasTrainedWeights { model.replaceWeights(by: try origin.weights(of: model)) }
    adapter?.setAttached(false)
    shelf = AdapterShelf()
    hasTrainedWeights = false
    references = References()
    labelForm = try Self.form(contents.classifier)
  }

  /// Runs `body` with the model as loaded, and then puts the training back.
  ///
  /// After a training of all weights the base is read again, each time: ask for all that is to be
  /// done with it at once.
  ///
  /// - Throws: ``ModelError/baseIsGone(_:)`` as ``SessionError/model(_:)``, and what `body` throws.
  func asBase<Result>(
    _ body: () throws(SessionError) -> Result
  ) throws(SessionError) -> Result {
    let tuned = model.parameters.map(\.ownWeights)
    if hasTrainedWeights {
      do throws(ModelError) { model.replaceWeights(by: try origin.weights(of: model)) } catch {
        throw .model(error)
      }
    }
    adapter?.setAttached(false)
    defer {
      adapter?.setAttached(true)
      model.replaceWeights(by: tuned)
    }
    return try body()
  }
}
