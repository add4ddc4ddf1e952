import Adapters
import Autograd
import Checkpoints
import Models
import Objectives
import Tensors
import TestSupport
import Testing
import Training

/// Ten steps of AdamW against torch.optim.AdamW in float64, losses computed by transformers.
///
/// Tolerance: Adam divides each gradient by its own size, so an element whose gradient is near
/// rounding error moves by up to a whole step in either direction; over ten steps of 1e-2 that
/// shows in the fifth digit of the loss.
@Suite("Ten AdamW steps agree with torch") struct AdamWGoldenTests {
  @Test("losses and gradient norms of full training", arguments: GoldenModel.all)
  func full(golden: GoldenModel) throws {
    let model = try golden.model()
    let reports = try tenSteps(model, model.parameters, .full, golden)
    let (losses, norms) = (try golden.numbers("losses"), try golden.numbers("gradient_norms"))
    #expect(losses.count == 10 && norms.count == 10)
    for (index, report) in reports.enumerated() {
      expectClose(report.loss, losses[index], withinShare: 1e-4)
      expectClose(report.gradientNorm, norms[index], withinShare: 1e-4)
    }
    // The first norms are above the limit and the last below it, so both ways are passed.
    #expect(norms[0] > 1 && norms[9] < 1)
  }

  @Test("losses of a LoRA adapter", arguments: GoldenModel.all)
  func lowRank(golden: GoldenModel) throws {
    let model = try golden.model()
    let before = model.bits
    let adapter = try LowRankAdapter(
      reading: AdapterDirectory(path: golden.adapterPath), attachingTo: model)
    let reports = try tenSteps(model, adapter.parameters, .lowRank(adapter.settings), golden)
    for (report, expected) in zip(reports, try golden.numbers("lora_losses")) {
      expectClose(report.loss, expected, withinShare: 1e-4)
    }
    #expect(model.bits == before)
  }

  /// Adapters that are matrices beside layers and nothing else.
  ///
  /// Of tables and whole modules peft may
  /// have two parameters in one memory, which its optimizer then moves twice a step.
  private static let besideLayers = GoldenModel.adapters.filter { golden in
    guard let model = try? golden.baseModel(),
      let adapter = try? LowRankAdapter(
        reading: AdapterDirectory(path: golden.path), attachingTo: model)
    else { return true }
    let isTrainedByPEFT = (try? golden.numbers("losses").isEmpty) == false
    return isTrainedByPEFT && adapter.isTrainable && !adapter.changesWeights
  }

  @Test("of most families there is one") func many() { #expect(Self.besideLayers.count > 30) }

  @Test("losses of DoRA and rank-stabilised adapters", arguments: besideLayers)
  func otherForms(golden: GoldenModel) throws {
    let model = try golden.baseModel()
    let adapter = try LowRankAdapter(
      reading: AdapterDirectory(path: golden.path), attachingTo: model)
    let reports = try tenSteps(model, adapter.parameters, .lowRank(adapter.settings), golden)
    for (report, expected) in zip(reports, try golden.numbers("losses")) {
      expectClose(report.loss, expected, withinShare: 1e-4)
    }
  }

  @Test("weight decay shrinks matrices and leaves vectors alone")
  func decay() throws {
    let model = try GoldenModel.tied.model()
    let before = model.parameters.map(\.value.values)
    var plan = TrainingPlan()
    plan.weightDecay = 0.5
    // The gradients are zero: what is left is decay.
    for parameter in model.parameters { parameter.isTrainable = true }
    #expect(Optimizer(model.parameters, plan: plan).step(learningRate: 0.25) == 0)
    for (parameter, old) in zip(model.parameters, before) {
      let factor: Float = parameter.value.shape.count > 1 ? 1 - 0.25 * 0.5 : 1
      #expect(parameter.value.values == old.map { $0 * factor })
    }
  }

  private func tenSteps(
    _ model: Transformer, _ parameters: [Parameter], _ method: TrainingMethod,
    _ golden: GoldenModel
  ) throws -> [StepReport] {
    var plan = TrainingPlan()
    plan.method = method
    plan.length = .steps(10)
    plan.learningRate = 1e-2
    plan.schedule = .constant
    plan.warmup = 0
    plan.batchSize = 2
    plan.maxGradientNorm = 1
    plan.weightDecay = 0.1
    plan.beta2 = 0.95
    let trainer = try Trainer(
      model: model, parameters: parameters, examples: golden.examples(), plan: plan,
      objective: NextToken())
    return try (0..<10).map { _ in try trainer.step() }
  }
}
