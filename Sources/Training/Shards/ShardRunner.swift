package import Autograd
package import Datasets
package import Models
package import Objectives
package import Tensors

/// The rows of one step, and what their losses are divided by.
package struct StepWork {
  /// The step, the first being 0.
  package let index: Int
  /// Whole rows, in the order of the run's seed and epoch.
  package let examples: [EncodedExample]
  /// The losses of all of them together.
  package let lossCount: Int
}

/// What computes a step: the same for every step of a run.
package struct StepContext {
  /// Whose parameters get the gradients; nobody else uses it meanwhile.
  package let model: Transformer
  /// What is trained, in the model's order.
  package let parameters: [Parameter]
  /// What makes losses of rows.
  package let objective: any Objective
  /// How a step is cut into shards and micro-batches, among the rest.
  package let plan: TrainingPlan
  /// Where activations live.
  package let arena: Arena
  /// Where operations tell their time; nil when nobody measures.
  package var profile: OperationProfile?
}

/// Who computes the gradients of a step's shards: this process, or several.
///
/// A shard's gradient is one chain over its rows, and the shards' are added in their order, so that
/// whoever computes them gives the same bits.
package protocol ShardRunner {
  /// Leaves the gradients of the step's mean loss in the parameters.
  func run(_ work: StepWork, in context: StepContext) -> StepLosses
}

/// What the losses of a step's rows come to.
package struct StepLosses: Hashable, Sendable {
  /// Their sum, in nats.
  package var sum = 0.0
  /// How many of them are of a token that was held the likeliest.
  package var correctCount = 0
  /// What each row cost by itself, in the rows' order.
  package var rows: [ExampleRecord.Entry] = []

  package init() {}
}
