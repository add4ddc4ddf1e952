import Adapters
import Autograd
import CPU
import Checkpoints
import Datasets
import Evaluation
import Foundation
import Models
import Objectives
import Serialization
import Tensors
import TestSupport
import Testing
import Training

/// Learning a teacher's distributions, beside torch: scripts/dev/fixtures/distil.py.
@Suite("Distil", .serialized) struct DistilTests {
  static let cases = (try? file())?["cases"]?.object?.keys ?? []

  /// Tolerance: float32 beside float64, through five steps of AdamW at a high rate.
  @Test("takes torch's steps", arguments: cases) func steps(name: String) throws {
    let trainer = try trainer(name)
    for expected in (try Self.fields(name)["losses"]?.array ?? []).compactMap(\.double) {
      #expect(try abs(trainer.step().loss - expected) < 3e-4 * max(1, abs(expected)))
    }
  }

  @Test("has torch's gradients", arguments: cases) func gradients(name: String) throws {
    let trainer = try trainer(name) {
      ($0.optimizer, $0.momentum, $0.learningRate) = (.sgd, 0, 0.5)
    }
    let file = try Safetensors(path: Self.path + "/golden.safetensors")
    let prefix = name + "/gradient/"
    let expected = try file.names.filter { $0.hasPrefix(prefix) }.map { key in
      let own = String(key.dropFirst(prefix.count))
      let gradient = try file.tensor(named: key)
      // GPT-2's files have matrices turned.
      return (own, (own.contains("c_proj") ? gradient.turned : gradient).values)
    }
    try trainer.expectGradients(expected, floor: 1e-3)
  }

  @Test("has the same bits however it is computed", arguments: ["llama", "llama-adapter"])
  func exact(name: String) throws {
    let ways = ComputeWay.all.filter { $0.path != .portable || $0.threads == 2 }
    let states = try ComputeWay.trying(ways) { way in
      try (way.path == .portable ? [16] : [1, 16, 4096]).map { budget in
        let trainer = try trainer(name) { $0.microbatchTokens = budget }
        for _ in 0..<3 { _ = try trainer.step() }
        return TrainingState(trainer)
      }
    }
    #expect(Set(states.flatMap(\.self)).count == 1)
  }

  @Test("is measured as it is trained; nothing is to be learned of oneself")
  func measured() throws {
    let trainer = try trainer("llama")
    let report = try #require(
      Evaluator.loss(
        of: trainer.model, on: trainer.examples, by: trainer.objective, microbatchTokens: 16))
    #expect(try abs(report.loss - trainer.step().loss) < 1e-6)
    let same = try #require(
      Evaluator.loss(
        of: trainer.model, on: trainer.examples, by: Distil(from: Teacher(trainer.model)),
        microbatchTokens: 16))
    #expect(abs(same.loss) < 1e-6)
  }

  // MARK: The cases

  private static let path = GoldenModel.fixtures + "/distil"

  private static func file() throws -> JSONValue {
    try JSONValue(parsing: [UInt8](Data(contentsOf: URL(filePath: path + "/golden.json"))))
  }

  private static func fields(_ name: String) throws -> JSONValue {
    try file()["cases"]?[name] ?? [:]
  }

  /// The training of a case.
  private func trainer(
    _ name: String, _ change: (inout TrainingPlan) -> Void = { _ in }
  ) throws -> Trainer {
    let (file, fields) = (try Self.file(), try Self.fields(name))
    let golden = GoldenModel(description: fields["model"]?.string ?? "")
    let model = try golden.model()
    let teacher = try GoldenModel(description: fields["teacher"]?.string ?? "").model()
    if fields["blurred"]?.bool == true {
      for parameter in teacher.parameters { parameter.value.scale(by: 0.75) }
    }
    let examples = (file["rows"]?.array ?? []).enumerated().map { row, value in
      let ids = (value["ids"]?.array ?? []).compactMap { $0.int.map(Int32.init) }
      let first = value["first"]?.int ?? 0
      return EncodedExample(ids: ids, lossMask: ids.indices.map { $0 >= first }, row: row)
    }
    var plan = TrainingPlan()
    (plan.length, plan.batchSize, plan.maxGradientNorm) = (.steps(5), 8, 0)
    (plan.schedule, plan.warmup, plan.weightDecay) = (.constant, 0, 0)
    plan.learningRate = file["rate"]?.double ?? .nan
    plan.method = .full
    var parameters = model.parameters
    if fields["adapter"]?.bool == true {
      let adapter = try LowRankAdapter(
        reading: AdapterDirectory(path: golden.path + "/adapter"), attachingTo: model)
      plan.method = .lowRank(adapter.settings)
      parameters = adapter.parameters
    }
    change(&plan)
    return try Trainer(
      model: model, parameters: parameters, examples: examples, plan: plan,
      objective: Distil(
        from: Teacher(teacher), temperature: fields["temperature"]?.double ?? 1))
  }
}
