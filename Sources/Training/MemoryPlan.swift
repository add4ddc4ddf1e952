import Adapters
import Autograd
import Checkpoints
package import Models
import Tensors

/// The memory a training takes at its peak, computed from sizes before anything runs.
package struct MemoryPlan: Hashable, Sendable {
  /// The model's weights, its tables, and the adapter, in bytes.
  package let weights: Int
  /// Gradients of what is trained, in bytes.
  package let gradients: Int
  /// What the optimizer keeps of each trained number.
  package let optimizer: Int
  /// What the forward pass keeps for the backward pass, and that pass's own needs.
  package let activations: Int
  /// The logits that exist at a time.
  package let logits: Int
  /// Scratch memory of the kernels.
  package let other: Int
  /// Tokens of the micro-batch that takes the most, trained or not.
  package let largestMicrobatch: Int

  /// All of it, in bytes.
  package var total: Int { weights + gradients + optimizer + activations + logits + other }

  /// What the arena of activations has to hold, in floats.
  var arenaCount: Int { (activations + logits) / 4 }

  /// Plans the training of `model` by `plan`; `microbatches` are those that the trainer cuts, and
  /// `scratch` is what kernels need beside, in bytes.
  ///
  /// Of several workers it is that of the one that owns the most.
  package init(
    model: Transformer, plan: TrainingPlan, microbatches: Set<MicrobatchSize>, scratch: Int,
    workers: Int = 1
  ) {
    let trained = TrainedNumbers(model: model, method: plan.method)
    let activation = ActivationMemory(
      blueprint: model.blueprint, rankSum: trained.rankSum, scaledOutputs: trained.scaledOutputs,
      recomputes: plan.recomputes)
    var peak = (activations: 0, logits: 0, rows: 0)
    for size in microbatches {
      let one = activation.peak(of: size)
      if one.activations + one.logits > peak.activations + peak.logits {
        peak = (one.activations, one.logits, size.rows + size.read)
      }
    }
    weights = model.blueprint.memoryByteCount(model.weightFormat) + 4 * trained.adapterCount
    let counts = trained.shapes.map { $0.reduce(1, *) }
    let slices = StateSlices(counts: counts, workers: workers)
    // Shards gather their gradients apart and add them up in a second buffer; several workers each
    // add up what they own.
    let sums =
      workers > 1 ? slices.largest(of: counts) : plan.shards > 1 ? trained.gradientCount : 0
    gradients = 4 * (trained.gradientCount + sums)
    let rule = plan.updateRule
    optimizer =
      4
      * slices.largest(
        of: trained.shapes.map { shape in
          rule.stateLayout(of: shape).reduce(0) { $0 + $1.shape.reduce(1, *) }
        })
    activations = 4 * peak.activations
    logits = 4 * peak.logits
    other = scratch
    largestMicrobatch = peak.rows
  }
}

/// How many numbers a training changes, and how many it has gradients of.
package struct TrainedNumbers: Sendable {
  /// Numbers that the optimizer changes.
  package let count: Int
  /// Numbers of the adapter, attached or yet to be made; 0 in full training.
  package let adapterCount: Int
  /// Numbers of the adapter that a token meets: of experts' few.
  let adapterCountOfToken: Double
  /// The ranks of all adapted layers that a token meets, together.
  let rankSum: Int
  /// Outputs of all layers whose adapter has a magnitude for each.
  let scaledOutputs: Int
  /// The shape of each parameter that the optimizer changes.
  let shapes: [[Int]]
  /// Gradients: of what a model uses several times, one for each use.
  let gradientCount: Int

  /// Targets that fit no layer count as none: attaching the adapter refuses them.
  package init(model: Transformer, method: TrainingMethod) {
    switch method {
    case .full:
      count = model.parameterCount
      (adapterCount, adapterCountOfToken, rankSum, scaledOutputs) = (0, 0, 0, 0)
      shapes = model.parameters.map(\.shape)
      let uses = model.blueprint.gradientCounts
      gradientCount = model.parameters.reduce(0) { $0 + (uses[$1.name] ?? 1) * $1.count }
    case .lowRank(let settings):
      // An adapter that is attached is trained on as it is.
      let attached = model.linears.filter { $0.adapter != nil }
      let uses = model.blueprint.gradientCounts
      var (numbers, numbersOfToken, ranks, scaled, gradients) = (0, 0.0, 0.0, 0, 0)
      var shapes: [[Int]] = []
      var changes = ChangedNumbers(of: model)
      let isAttached = !attached.isEmpty || changes.changed > 0
      if !isAttached { changes = ChangedNumbers(ofNewFor: model) }
      let targets = isAttached ? attached : settings.targetsOrNone(of: model)
      // Gate and factor of an expert may have one A, with a gradient for each.
      var seen: Set<String> = []
      for linear in targets {
        let rank = linear.adapter?.a.shape[0] ?? settings.rank
        let isShared = linear.adapter.map { !seen.insert($0.a.name).inserted } ?? false
        let useCount = uses[linear.weight.name] ?? 1
        gradients += useCount * (rank * linear.inputWidth + rank * linear.outputWidth)
        let own = rank * (isShared ? 0 : linear.inputWidth) + rank * linear.outputWidth
        ranks += linear.tokenShare * Double(rank)
        numbersOfToken += linear.tokenShare * Double(own)
        numbers += own
        if !isShared { shapes.append([rank, linear.inputWidth]) }
        shapes.append([linear.outputWidth, rank])
        let hasMagnitude = linear.adapter.map { $0.magnitude != nil } ?? settings.isDecomposed
        guard hasMagnitude else { continue }
        scaled += linear.outputWidth
        numbers += linear.outputWidth
        numbersOfToken += Double(linear.outputWidth)
        shapes.append([linear.outputWidth])
      }
      count = numbers + changes.learned
      adapterCount = count + changes.changed
      gradientCount = gradients + changes.learned + (changes.learned > 0 ? changes.changed : 0)
      adapterCountOfToken = numbersOfToken + Double(adapterCount - numbers)
      (rankSum, scaledOutputs) = (Int(ranks.rounded(.up)), scaled)
      self.shapes = shapes + changes.shapes
    }
  }
}

/// What an adapter that is attached takes for tensors that it changes: they are there twice, and what
/// it learns gets its gradient by way of theirs.
private struct ChangedNumbers {
  /// Numbers of the tensors.
  let changed: Int
  /// The shapes of what is learned for them.
  let shapes: [[Int]]

  /// Numbers that are learned for them.
  var learned: Int { shapes.reduce(0) { $0 + $1.reduce(1, *) } }

  /// Those of an adapter that is yet to be made.
  init(ofNewFor model: Transformer) {
    let (tokens, head) = (NewTokens(model), WholeHead(model))
    changed = tokens.tableCount + head.shapes.reduce(0) { $0 + $1.reduce(1, *) }
    shapes = tokens.shapes + head.shapes
  }

  init(of model: Transformer) {
    let isParted = model.head.weight !== model.embedding.tokens && model.blueprint.head.isEmbedding
    let parameters = model.parameters + (isParted ? [model.head.weight] : [])
    let changes = parameters.filter { $0.change != nil }
    changed = changes.reduce(0) { $0 + $1.count }
    var seen: Set<String> = []
    shapes = changes.flatMap { $0.change?.parts ?? [] }
      .filter { seen.insert($0.name).inserted }.map(\.shape)
  }
}

extension LowRankSettings {
  fileprivate func targetsOrNone(of model: Transformer) -> [Linear] {
    do throws(AdapterError) { return try targets.linears(of: model) } catch { return [] }
  }
}
