import Autograd
import Tensors

/// What a run knows beside its trainer, for one that goes on in the same process.
package struct RunMemory {
  var record: RunRecord
  var stopping: EarlyStopping

  /// What was measured on dev so far.
  package var evaluations: [DevEvaluation] { stopping.evaluations }
}

/// The state of a training after one of its steps, kept in memory.
package struct TrainingMoment {
  /// The steps taken by then.
  package var step: Int { losses.count }
  /// The weights that are trained; empty where another keeps them.
  private let weights: [Tensor]
  private let optimizer: [[Tensor]]
  private let losses: [Float]
  private let examples: ExampleRecord
  /// What the run knew beside its trainer.
  package let memory: RunMemory

  /// Copies the state of a training, with its weights unless somebody else keeps them.
  package init(of trainer: Trainer, _ memory: RunMemory, withWeights: Bool = true) {
    weights = withWeights ? trainer.parameters.map { $0.value.copy() } : []
    optimizer = trainer.optimizer.states.map { $0.map { $0.copy() } }
    losses = trainer.losses
    examples = trainer.record
    self.memory = memory
  }

  /// Puts a training back to it; weights that it does not have are left as they are.
  package func restore(_ trainer: Trainer) {
    for (parameter, value) in zip(trainer.parameters, weights) {
      parameter.value.assign(value)
      parameter.noteChange()
    }
    for (states, kept) in zip(trainer.optimizer.states, optimizer) {
      for (state, value) in zip(states, kept) { state.assign(value) }
    }
    trainer.goOn(after: losses)
    trainer.goOn(with: examples)
  }
}
