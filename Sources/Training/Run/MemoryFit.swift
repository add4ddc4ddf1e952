package import Adapters
import Datasets
package import Models
import Tensors

/// Whether memory can hold a training, and what would need less.
package struct MemoryFit {
  /// The plan; blocks are recomputed when it says so, or when only that makes it fit.
  package let plan: TrainingPlan
  /// What it takes at its peak.
  package let memory: MemoryPlan
  /// The bytes that it may take, the loaded weights among them.
  package let limit: Int
  private let model: Transformer
  private let schedule: StepSchedule
  /// What kernels need beside, the same for every change.
  private let scratch: Int
  private let workers: Int

  /// Fits the training of `model` by `plan` into `limit` bytes; `mayRecompute` says that blocks may
  /// be recomputed for it, and `workers` how many train together.
  package init(
    _ model: Transformer, _ schedule: StepSchedule, plan: TrainingPlan, limit: Int,
    mayRecompute: Bool, workers: Int = 1
  ) {
    self.model = model
    self.workers = workers
    self.schedule = schedule
    self.limit = limit
    scratch = model.device.scratchByteCount
    let microbatches = schedule.microbatchSizes
    var plan = plan
    var memory = MemoryPlan(
      model: model, plan: plan, microbatches: microbatches, scratch: scratch, workers: workers)
    if memory.total > limit, mayRecompute {
      plan.recomputes = true
      memory = MemoryPlan(
        model: model, plan: plan, microbatches: microbatches, scratch: scratch, workers: workers)
    }
    (self.plan, self.memory) = (plan, memory)
  }

  /// Whether it fits.
  package var fits: Bool { memory.total <= limit }

  /// What is missing; nil when it fits.
  ///
  /// `adapter` is what could be trained instead of all weights.
  package func shortage(adapter: LowRankSettings) -> MemoryShortage? {
    fits ? nil : MemoryShortage(memory: memory, limit: limit, remedies: remedies(adapter))
  }

  /// Changes that need less, those that change no result first; all that fit, or else the least.
  private func remedies(_ adapter: LowRankSettings) -> [MemoryRemedy] {
    let found = changes(adapter).map { change in
      var change = change
      change.bytes = bytes(change, adapter)
      return change
    }.filter { $0.bytes < memory.total }
    let fitting = found.filter { $0.bytes <= limit }
    let least = Array(found.sorted { $0.bytes < $1.bytes }.prefix(1))
    return Array((fitting.isEmpty ? least : fitting).prefix(3))
  }

  private func changes(_ adapter: LowRankSettings) -> [MemoryRemedy] {
    let longest = schedule.examples.map(\.computedCount).max() ?? 1
    let smallest = max(16, longest)
    let microbatch = MemoryRemedy(microbatchTokens: smallest)
    let recompute = MemoryRemedy(recomputes: true)
    var changes: [MemoryRemedy] = []
    if smallest < plan.microbatchTokens { changes.append(microbatch) }
    if !plan.recomputes { changes.append(recompute) }
    if changes.count == 2 {
      changes.append(MemoryRemedy(microbatchTokens: smallest, recomputes: true))
    }
    if plan.method == .full {
      let rank = adapter.rank
      changes += [
        MemoryRemedy(adapterRank: rank),
        MemoryRemedy(adapterRank: rank, microbatchTokens: smallest),
        MemoryRemedy(adapterRank: rank, recomputes: true),
      ]
    }
    return changes
  }

  private func bytes(_ change: MemoryRemedy, _ adapter: LowRankSettings) -> Int {
    var plan = plan
    if change.adapterRank != nil { plan.method = .lowRank(adapter) }
    if let tokens = change.microbatchTokens { plan.microbatchTokens = tokens }
    if change.recomputes { plan.recomputes = true }
    do throws(TrainingError) {
      let sizes = try StepSchedule(
        schedule.examples, plan: plan, objective: schedule.objective
      ).microbatchSizes
      return MemoryPlan(
        model: model, plan: plan, microbatches: sizes, scratch: scratch, workers: workers
      ).total
    } catch { return .max }
  }
}

/// A training that memory cannot hold.
package struct MemoryShortage: Hashable, Sendable {
  /// What it takes at its peak.
  package let memory: MemoryPlan
  /// The bytes that it may take.
  package let limit: Int
  /// What would need less: up to three changes that fit, or the one that needs the least.
  package let remedies: [MemoryRemedy]

  /// Whether any of the changes makes it fit.
  package var canFit: Bool { remedies.contains { $0.bytes <= limit } }
}

/// A change of a training that needs less memory.
package struct MemoryRemedy: Hashable, Sendable {
  /// Training an adapter of this rank instead of all weights.
  package var adapterRank: Int?
  /// The tokens computed at a time.
  package var microbatchTokens: Int?
  /// Recomputing blocks.
  package var recomputes = false
  /// The bytes that it takes then.
  package fileprivate(set) var bytes = 0

  fileprivate init(
    adapterRank: Int? = nil, microbatchTokens: Int? = nil, recomputes: Bool = false
  ) {
    self.adapterRank = adapterRank
    self.microbatchTokens = microbatchTokens
    self.recomputes = recomputes
  }
}
