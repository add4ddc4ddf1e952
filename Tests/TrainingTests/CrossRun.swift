import Adapters
import Autograd
import CPU
import Checkpoints
import Datasets
import Foundation
import Models
import Objectives
import Tensors
import TestSupport
import Training

/// One way of computing: a vector path of this machine and a number of threads.
struct ComputeWay: CustomStringConvertible {
  let path: VectorPath
  let threads: Int
  var description: String { "\(path) with \(threads) threads" }

  /// Every path that this machine has, with 1, 2 and 3 threads, but for the one that has other products
  /// in integers alone, of which a training has none.
  static let all: [ComputeWay] = {
    let before = VectorPath.current
    defer { _ = before.select() }
    return VectorPath.allCases.filter { $0 != .avx512VNNI && $0.select() }
      .flatMap { path in (1...3).map { ComputeWay(path: path, threads: $0) } }
  }()

  /// Runs `body` in each way, and then goes back to the one in force.
  static func trying<Result>(
    _ ways: [ComputeWay], _ body: (ComputeWay) throws -> Result
  ) rethrows -> [Result] {
    let (path, threads) = (VectorPath.current, Parallelism.threadCount)
    defer {
      _ = path.select()
      Parallelism.setThreadCount(threads)
    }
    return try ways.map { way in
      _ = way.path.select()
      Parallelism.setThreadCount(way.threads)
      return try body(way)
    }
  }
}

/// Three steps of eight rows of one length, so that a micro-batch has exactly as many rows as asked for.
///
/// One row at a time is a forward pass an example, without packing; eight are one packed batch.
struct CrossRun {
  let trainer: Trainer

  enum Method: CaseIterable { case full, lowRank, decomposed }

  static let rowsAtATime = [1, 2, 4, 8]

  /// A model, and the length of its rows in tokens.
  struct Subject {
    let model: () throws -> Transformer
    let rowLength: Int
  }

  static func tiny(_ method: Method, rowsAtATime: Int) throws -> CrossRun {
    let subject = Subject(model: { try TinyModel.make(isTied: true) }, rowLength: 11)
    return try CrossRun(method, subject, rowsAtATime: rowsAtATime)
  }

  /// A golden model, such as one with experts, or with a head that is its table of tokens.
  static func golden(_ name: String) -> Subject {
    Subject(model: { try GoldenModel(description: name).model() }, rowLength: 11)
  }

  /// The bundled model, of which each run has a copy; rows are short for the portable path's sake.
  static func finch() throws -> Subject {
    let checkout = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let folder = checkout.appending(path: "stdlib/models/finch").path(percentEncoded: false)
    let files = try ModelFiles(path: folder)
    let model = { () throws(CheckpointError) in try Transformer(reading: files) }
    return Subject(model: model, rowLength: 4)
  }

  init(
    _ method: Method, _ subject: Subject, rowsAtATime: Int, shards: Int = 1,
    optimizer: OptimizerKind = .adamw
  ) throws {
    let model = try subject.model()
    var plan = TrialRun.plan(.fullTied)
    (plan.length, plan.batchSize, plan.optimizer) = (.steps(3), 8, optimizer)
    plan.microbatchTokens = rowsAtATime * subject.rowLength
    plan.shards = shards
    var parameters = model.parameters
    if method != .full {
      let settings = LowRankSettings(
        rank: 3, alpha: 5, dropout: 0.1, isDecomposed: method == .decomposed)
      plan.method = .lowRank(settings)
      // As a session has it: what is frozen is packed.
      model.pack()
      parameters = try LowRankAdapter(attachingTo: model, settings, seed: 3).parameters
    }
    let lengths = Array(repeating: subject.rowLength + 1, count: 24)
    trainer = try Trainer(
      model: model, parameters: parameters, examples: TinyModel.examples(lengths: lengths),
      plan: plan, objective: NextToken())
  }

  /// What three steps leave behind: the hash of weights and optimizer state, and the losses.
  func finished() throws -> TrainingState {
    for _ in 0..<3 { _ = try trainer.step() }
    return TrainingState(trainer)
  }
}

/// A golden model, and how it is trained.
struct GoldenTraining: CustomStringConvertible {
  let model: String
  let method: CrossRun.Method
  var description: String { "\(model), \(method)" }

  /// Models with experts, two of them with a part that every token goes through, and one whose head is
  /// its table of tokens.
  static let all =
    ["mixtral", "qwen2_moe", "gpt_oss", "gemma3"].flatMap { model in
      [CrossRun.Method.full, .lowRank].map { GoldenTraining(model: model, method: $0) }
    } + [GoldenTraining(model: "gemma3", method: .decomposed)]
}
