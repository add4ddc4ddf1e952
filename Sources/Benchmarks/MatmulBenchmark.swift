import Autograd
import CPU
import Execution
import Mathematics
import Models
import Tensors

/// The speed of matrix products, alone, at the shapes that a training step of a model has.
package struct MatmulBenchmark: Sendable {
  /// One product, `[m, k] · [k, n]`, or attention.
  package struct Product: Sendable {
    /// The layers of this shape.
    package let name: String
    /// What the product is for: forward, input gradient or weight gradient.
    package let pass: String
    /// Rows of the result.
    package let m: Int
    /// Columns of the result.
    package let n: Int
    /// The length of a sum.
    package let k: Int
    /// Floating-point operations of one call.
    package let operations: Double
    /// The median of the samples.
    package let seconds: Double

    /// The speed, in floating-point operations a second.
    package var operationsPerSecond: Double { operations / seconds }
  }

  /// One for each shape and pass.
  package let products: [Product]

  /// Measures for half a second a shape, about; attention of the processor alone.
  static func run(
    _ blueprint: Blueprint, _ plan: BenchmarkPlan, on device: any Device = CPUDevice()
  ) -> MatmulBenchmark {
    let factors = device.computing(plan.precision) ?? device
    var products = shapes(blueprint, plan).flatMap { measure($0, plan, on: factors) }
    if !device.worksBeside, let first = blueprint.layers.lazy.compactMap(\.attention).first {
      products += attention(first, plan)
    }
    return MatmulBenchmark(products: products)
  }

  /// A linear layer: N rows, C inputs, O outputs.
  private struct Shape {
    var name: String
    let rows: Int
    let inputs: Int
    let outputs: Int
    /// What a frozen weight is kept as; nil for one that is trained.
    var format: WeightFormat?
  }

  /// The different shapes of a step's linear layers: those of the first block, neighbours of one
  /// shape together, and the head's.
  private static func shapes(_ blueprint: Blueprint, _ plan: BenchmarkPlan) -> [Shape] {
    let (rows, hidden) = (plan.rowCount, blueprint.hiddenSize)
    var shapes: [Shape] = []
    let layer = blueprint.layers.first
    // Experts are alike: the first stands for all.
    let ofExperts = Set((layer?.experts?.experts.dropFirst() ?? []).flatMap(\.linears))
    for linear in layer?.linears ?? [] where !ofExperts.contains(linear) {
      let name = linear.path.split(separator: ".").last.map(String.init) ?? linear.path
      if let last = shapes.last, last.inputs == linear.inputs, last.outputs == linear.outputs {
        shapes[shapes.count - 1].name += ", " + name
      } else {
        shapes.append(
          Shape(name: name, rows: rows, inputs: linear.inputs, outputs: linear.outputs))
      }
    }
    // The head's rows are those of one chunk of ``Tape/linearCrossEntropy``.
    let vocabulary = blueprint.vocabularySize
    let headRows = min(rows, CrossEntropyChunk.rowCount(vocabularySize: vocabulary))
    shapes.append(Shape(name: "head", rows: headRows, inputs: hidden, outputs: vocabulary))
    guard case .lowRank(let rank) = plan.method else { return shapes }
    for index in shapes.indices { shapes[index].format = plan.base }
    return shapes + [
      Shape(name: "adapter A", rows: rows, inputs: hidden, outputs: rank),
      Shape(name: "adapter B", rows: rows, inputs: rank, outputs: hidden),
    ]
  }

  private static func measure(
    _ shape: Shape, _ plan: BenchmarkPlan, on device: any Device
  ) -> [Product] {
    func normal(_ shape: [Int]) -> Tensor { Self.normal(shape, on: device) }
    // What works beside the processor is given several before it is waited for.
    let calls = device.worksBeside ? 20 : 1
    let x = normal([shape.rows, shape.inputs])
    let trained = normal([shape.outputs, shape.inputs])
    let dense = Weights.dense(trained)
    // Small normal numbers fit every format.
    let weights = shape.format.flatMap { dense.packed(as: $0) } ?? dense
    let y = normal([shape.rows, shape.outputs])
    func product(_ pass: String, m: Int, n: Int, k: Int, _ body: () -> Void) -> Product {
      Product(
        name: shape.name, pass: pass, m: m, n: n, k: k,
        operations: 2 * Double(m) * Double(n) * Double(k),
        seconds: Stopwatch.samples(repeats: repeats, least: plan.sampleSeconds) {
          for _ in 0..<calls { body() }
          if device.worksBeside { _ = y.elements(0..<1).values }
        }.median / Double(calls))
    }
    var products = [
      product("forward", m: shape.rows, n: shape.outputs, k: shape.inputs) {
        multiply(into: y, x, weights.transposed)
      },
      product("input gradient", m: shape.rows, n: shape.inputs, k: shape.outputs) {
        multiply(into: x, y, weights)
      },
    ]
    if shape.format == nil {
      // The factors are fresh: what the products above left would overflow in time.
      let (x, y) = (normal(x.shape), normal(y.shape))
      products.append(
        product("weight gradient", m: shape.outputs, n: shape.inputs, k: shape.rows) {
          multiply(into: trained, y.transposed, x)
        })
    }
    return products
  }

  private static func attention(
    _ attention: AttentionPlan, _ plan: BenchmarkPlan
  ) -> [Product] {
    let layout = SequenceLayout(lengths: Array(repeating: plan.length, count: plan.batch))
    let device = CPUDevice()
    let values = [attention.queryWidth, attention.keyWidth, attention.keyWidth].map {
      normal([plan.rowCount, $0], on: device)
    }
    let arena = Arena(device)
    /// Samples of both passes, as a profile tells them apart.
    var times: [OperationProfile.Pass: [Double]] = [:]
    var entries: [OperationProfile.Entry] = []
    for _ in 0...repeats {
      let tape = Tape(arena: arena, isRecording: true)
      let inputs = values.map { Variable($0, needsGradient: true) }
      let profile = OperationProfile()
      tape.profile = profile
      let output = tape.attention(
        query: inputs[0], key: inputs[1], value: inputs[2], layout: layout,
        shape: attention.shape)
      tape.give(output.value.copy(in: arena), to: output)
      tape.backward()
      entries = profile.entries
      for entry in entries { times[entry.pass, default: []].append(entry.duration.seconds) }
    }
    return entries.map { entry in
      Product(
        name: "attention", pass: entry.pass.rawValue, m: plan.length, n: plan.length,
        k: attention.shape.headWidth, operations: entry.work.operations,
        seconds: Array((times[entry.pass] ?? []).dropFirst()).median)
    }
  }

  private static let repeats = 5

  private static func normal(_ shape: [Int], on device: any Device) -> Tensor {
    let tensor = Tensor(uninitialized: shape, on: device)
    device.fillNormal(
      tensor, deviation: 0.02, RandomStream(seed: 0, purpose: .initialization), offset: 0)
    return tensor
  }
}

extension Device {
  /// Whether it works while the processor goes on: it has a memory of its own.
  fileprivate var worksBeside: Bool { freeByteCount != nil }
}
