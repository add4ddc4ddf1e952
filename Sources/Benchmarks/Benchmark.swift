package import Models
import Tensors

/// Runs the parts of a benchmark of one model.
package struct Benchmark {
  private let model: Transformer
  private let plan: BenchmarkPlan

  package init(_ model: Transformer, _ plan: BenchmarkPlan) {
    self.model = model
    self.plan = plan
  }

  /// Measures what the plan names.
  ///
  /// `tell` hears what is being measured. The model was read in the plan's
  /// ``BenchmarkPlan/initialFormat``.
  ///
  /// Training comes first: the memory it needed would otherwise hide behind that of the others.
  package func run(
    name: String, tell: (String) -> Void = { _ in }
  ) throws(BenchmarkError) -> BenchmarkReport {
    var peak = 0.0
    func wants(_ section: BenchmarkPlan.Section) -> Bool {
      guard plan.sections.contains(section) else { return false }
      tell("measuring \(section.rawValue) …")
      // Other work on the machine comes and goes: the peak is asked for again and again.
      peak = max(peak, MachinePeak.multiplyAddPeak())
      return true
    }
    let training = wants(.training) ? try TrainingBenchmark.run(model, plan) : nil
    // What was trained is a tensor still; decoding reads frozen weights.
    model.pack()
    let works = BenchmarkPlan.Section.allCases.filter {
      BenchmarkPlan.Section.decoding.contains($0) && wants($0)
    }
    let decoding = works.isEmpty ? nil : DecodingBenchmark.run(model, works, plan)
    let matmul = wants(.matmul) ? MatmulBenchmark.run(model.blueprint, plan, on: model.device) : nil
    _ = wants(.machine)
    return BenchmarkReport(
      modelName: name, parameterCount: model.parameterCount, plan: plan,
      machine: MachinePeak.measure(seen: peak), matmul: matmul, training: training,
      decoding: decoding)
  }
}
