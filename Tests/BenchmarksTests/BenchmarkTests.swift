import Autograd
import CPU
import Execution
import Models
import Reporting
import Serialization
import Tensors
import TestSupport
import Testing

@testable import Benchmarks

@Suite("A benchmark") struct BenchmarkTests {
  /// A machine of round numbers: 100 operations and 10 bytes a second, small buffers at 40.
  static let machine = MachinePeak(
    paths: [.init(path: .current, oneThread: 50, allThreads: 100)], path: .current,
    threadCount: 2,
    readSpeeds: [
      .init(bufferBytes: 100, bytesPerSecond: 40), .init(bufferBytes: 1000, bytesPerSecond: 10),
    ])

  private static func plan(_ method: BenchmarkPlan.Method) -> BenchmarkPlan {
    var plan = BenchmarkPlan()
    plan.method = method
    plan.batch = 2
    plan.length = 16
    plan.steps = 3
    plan.answerTokens = 4
    plan.sampleSeconds = 0
    return plan
  }

  private static func report(
    _ plan: BenchmarkPlan, isTied: Bool = true
  ) throws -> BenchmarkReport {
    let model = try TinyModel.make(isTied: isTied)
    return BenchmarkReport(
      modelName: "tiny", parameterCount: model.parameterCount, plan: plan, machine: machine,
      matmul: MatmulBenchmark.run(model.blueprint, plan),
      training: try TrainingBenchmark.run(model, plan),
      decoding: DecodingBenchmark.run(model, [.prompt, .answer, .answers], plan))
  }

  @Test("the time of a step's operations adds up to the step's, and each has its work")
  func operations() throws {
    let training = try TrainingBenchmark.run(
      TinyModel.make(isTied: true), Self.plan(.full))
    #expect(training.steps.count == 3)
    let step = training.median
    #expect(step.tokenCount == 32 && step.trainedTokenCount == 32)
    let sum = step.operations.reduce(Duration.zero) { $0 + $1.duration }
    expectClose(sum.seconds, step.seconds, withinShare: 1e-9)
    let passes = Dictionary(grouping: step.operations, by: \.name).mapValues { $0.map(\.pass) }
    for layer in ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"] {
      #expect(passes[layer] == [.forward, .backward])
    }
    for other in ["embedding", "norm", "rotary", "attention", "gated activation"] {
      #expect(passes[other] == [.forward, .backward])
    }
    #expect(passes["head and loss"] == [.forward] && passes["AdamW"] == [.update])
    #expect(step.operations.allSatisfy { $0.duration > .zero && $0.work.bytes > 0 })
  }

  /// N = 32 rows, C = 19, O = H · D = 24, 2 layers: counted by hand.
  @Test("a layer's work is its products, forward and of both gradients")
  func layerWork() throws {
    let step = try TrainingBenchmark.run(TinyModel.make(isTied: true), Self.plan(.full)).median
    let query = step.operations.filter { $0.name == "q_proj" }
    let product = Double(2 * 32 * 19 * 24)
    #expect(query.map(\.count) == [2, 2])
    #expect(query.map(\.work.operations) == [2 * product, 2 * 2 * product])
    #expect(query[0].work.bytes == Double(2 * 4 * (32 * 19 + 19 * 24 + 32 * 24)))
    // Of 16 tokens, each sees itself and those before it: 136 pairs a sequence and head.
    let attention = step.operations.filter { $0.name == "attention" }.map(\.work.operations)
    #expect(attention == [1, 2].map { $0 * 2 * Double(2 * 136 * 4 * 24) })
    let head = step.operations.first { $0.name == "head and loss" }
    #expect(head?.work.operations == Double(3 * 2 * 32 * 19 * TinyModel.vocabularySize))
  }

  @Test("an adapter's step has no weights' gradients of frozen layers")
  func adapterWork() throws {
    let training = try TrainingBenchmark.run(
      TinyModel.make(isTied: true), Self.plan(.lowRank(rank: 3)))
    let query = training.median.operations.filter { $0.name == "q_proj" }
    let (product, low) = (Double(2 * 32 * 19 * 24), Double(2 * 32 * 3 * (19 + 24)))
    #expect(query[0].work.operations == 2 * (product + low))
    // The first layer's input needs no gradient, as the embedding is frozen.
    let first = low + Double(2 * 32 * 3 * 24)
    #expect(query[1].work.operations == product + low + low + first)
    #expect(training.trainedParameterCount < 5000)
  }

  @Test("an operation's floor is the longer of arithmetic and memory, at its buffers' speed")
  func floors() {
    let small = Self.machine.floor(of: Work(operations: 300, floats: 20))
    #expect(small.arithmetic == 3 && small.memory == 2 && small.seconds == 3)
    let large = Self.machine.floor(of: Work(operations: 300, floats: 500))
    #expect(large.memory == 200 && large.seconds == 200)
    // Ten calls of 200 bytes each find what a small buffer finds.
    #expect(Self.machine.floor(of: Work(floats: 500), calls: 10).memory == 50)
    #expect(Self.machine.memoryBytesPerSecond == 10)
  }

  @Test("rows are trained on as they are, without padding")
  func rows() throws {
    var plan = Self.plan(.full)
    plan.rows = TinyModel.examples(lengths: [9, 12, 5, 30, 7, 8])
    plan.batch = 6
    let training = try TrainingBenchmark.run(TinyModel.make(isTied: true), plan)
    #expect(training.steps.map(\.tokenCount) == [65, 65, 65])
    #expect(training.median.trainedTokenCount == 37)
    let speeds = training.steps.map(\.tokensPerSecond)
    #expect(speeds == speeds.sorted())
  }

  @Test("products cover every kind of layer in every pass, and attention")
  func products() throws {
    let blueprint = try TinyModel.config(isTied: true).blueprint
    let full = MatmulBenchmark.run(blueprint, Self.plan(.full)).products
    #expect(full.count == 6 * 3 + 2)
    let head = full.filter { $0.name == "head" }
    #expect(head.map(\.pass) == ["forward", "input gradient", "weight gradient"])
    #expect(head.map(\.m) == [32, 32, 61] && head.map(\.n) == [61, 19, 19])
    #expect(head.map(\.k) == [19, 61, 32])
    #expect(full.allSatisfy { $0.seconds > 0 && $0.operations > 0 })
    let adapter = MatmulBenchmark.run(blueprint, Self.plan(.lowRank(rank: 3))).products
    // Layers two passes each, the adapter's matrices three.
    #expect(adapter.count == 6 * 2 + 2 * 3 + 2)
  }

  @Test("decoding writes every token of every sequence")
  func decoding() throws {
    let runs = DecodingBenchmark.run(
      try TinyModel.make(isTied: false), [.prompt, .answer, .answers], Self.plan(.full)
    ).runs
    #expect(runs.map(\.name) == ["prompt", "answer", "answers"])
    #expect(runs.map(\.batch) == [1, 1, 8])
    #expect(runs.map(\.tokenCount) == [256, 4, 32])
    #expect(runs.map(\.passCount) == [1, 4, 4])
    #expect(runs.allSatisfy { $0.seconds > 0 && $0.work.operations > 0 })
    // The matrices are met once a pass, however many sequences there are.
    #expect(runs[2].work.bytes < 3 * runs[1].work.bytes)
  }

  @Test("tables and JSON tell the same numbers")
  func json() throws {
    let report = try Self.report(Self.plan(.lowRank(rank: 2)))
    let json = report.json(version: "9.9")
    #expect(json["version"]?.string == "9.9" && json["model"]?.string == "tiny")
    #expect(json["method"]?.string == "lora" && json["rank"]?.int == 2)
    #expect(json["machine"]?["flops"]?.double == 100)
    #expect(json["machine"]?["memoryBytesPerSecond"]?.double == 10)
    let training = try #require(json["training"])
    let seconds = try #require(training["stepSeconds"]?.double)
    let operations = try #require(training["operations"]?.array)
    let parts = operations.compactMap { $0["seconds"]?.double }.reduce(0, +)
    expectClose(parts, seconds, withinShare: 1e-9)
    #expect(training["tokensPerSecond"]?.double == 32 / seconds)
    #expect(try #require(training["floorSeconds"]?.double) > 0)
    #expect(json["matmul"]?.array?.count == report.matmul?.products.count)
    #expect(json["decoding"]?.array?.count == 3)
    // What is written is read back by the strict reader.
    #expect(try JSONValue(parsing: Array(json.text.utf8))["bench"]?.int == 1)
    let text = report.report.plainText
    for title in ["Multiply-add peak", "Matrix products, 2 × 16", "One step", "Decoding"] {
      #expect(text.contains(title))
    }
  }

  @Test("sections that were not asked for are missing")
  func sections() throws {
    let report = BenchmarkReport(
      modelName: "tiny", parameterCount: 1, plan: Self.plan(.full), machine: Self.machine,
      matmul: nil, training: nil, decoding: nil)
    let json = report.json(version: "1")
    #expect(json["machine"] != nil)
    for part in ["matmul", "training", "decoding", "rank"] { #expect(json[part] == nil) }
    #expect(!report.report.plainText.contains("Decoding"))
  }
}
