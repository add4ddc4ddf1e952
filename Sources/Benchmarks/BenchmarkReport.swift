package import Autograd

/// What was measured, beside what the machine allows.
package struct BenchmarkReport: Sendable {
  /// What the model was called by on the command line.
  package let modelName: String
  /// The numbers of the model, trained or not.
  package let parameterCount: Int
  /// The sizes that everything was measured at.
  package let plan: BenchmarkPlan
  /// The ceilings, measured in the same run.
  package let machine: MachinePeak
  /// Products of a step's shapes; nil when they were not asked for.
  package let matmul: MatmulBenchmark?
  /// Whole steps; nil when they were not asked for.
  package let training: TrainingBenchmark?
  /// Prompts and answers; nil when neither was asked for.
  package let decoding: DecodingBenchmark?

  /// The share of the machine's peak that a product reached.
  package func share(of product: MatmulBenchmark.Product) -> Double {
    product.operationsPerSecond / machine.operationsPerSecond
  }

  /// The least time an operation can take, all its calls together.
  package func floor(of entry: OperationProfile.Entry) -> Floor {
    machine.floor(of: entry.work, calls: entry.count)
  }

  /// The least time a step can take: each of its operations at its floor, in seconds.
  package func floorSeconds(of step: TrainingBenchmark.Step) -> Double {
    step.operations.reduce(0) { $0 + floor(of: $1).seconds }
  }

  /// The least time all passes of a run can take.
  ///
  /// A pass reads every weight before it needs one again, so the whole of it is what a cache would
  /// have to hold.
  package func floor(of run: DecodingBenchmark.Run) -> Floor {
    machine.floor(of: run.work, calls: run.passCount)
  }
}
