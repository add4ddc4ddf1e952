import Autograd
import CPU
import Execution
package import Reporting
import Tensors

/// The report as people read it.
extension BenchmarkReport {
  /// A table of each section that was measured, the machine's first.
  package var report: Report {
    var parts: [Report] = [machineTable, readTable]
    if let matmul { parts.append(table(matmul)) }
    if let training { parts += [summary(training), table(training)] }
    if let decoding { parts.append(table(decoding)) }
    // An empty line between two.
    return .group(Array(parts.map { [$0] }.joined(separator: [.text("\n")])))
  }

  private static let billion = 1e9

  private static func decimal(_ value: Double, _ decimals: Int = 1) -> Table.Cell {
    .quantity(Quantity(value, .decimals(decimals)))
  }

  private static func percent(_ share: Double) -> Table.Cell {
    .quantity(Quantity(share, .percent))
  }

  private static func milliseconds(_ seconds: Double) -> Table.Cell {
    decimal(seconds * 1000, seconds < 0.1 ? 2 : 1)
  }

  // MARK: The machine

  private var machineTable: Report {
    var table = Table(
      title: "Multiply-add peak",
      columns: [
        .init("path"), .init("1 thread", .right, unit: "GFLOP/s"),
        .init("\(machine.threadCount) threads", .right, unit: "GFLOP/s"), .init(""),
      ])
    for peak in machine.paths {
      table.append([
        .text(peak.path.rawValue), Self.decimal(peak.oneThread / Self.billion),
        Self.decimal(peak.allThreads / Self.billion),
        peak.path == machine.path ? "in force" : .empty,
      ])
    }
    return .table(table)
  }

  private var readTable: Report {
    var table = Table(
      title: "Reading memory, all threads",
      columns: [.init("buffer", .right), .init("speed", .right, unit: "GB/s")])
    for speed in machine.readSpeeds {
      table.append([
        .quantity(Quantity(speed.bufferBytes, .bytes)),
        Self.decimal(speed.bytesPerSecond / Self.billion),
      ])
    }
    return .table(table)
  }

  // MARK: Products

  private func table(_ matmul: MatmulBenchmark) -> Report {
    var table = Table(
      title: "Matrix products, \(plan.batch) × \(plan.length) tokens",
      columns: [
        .init("layer"), .init("pass"), .init("m", .right), .init("n", .right),
        .init("k", .right), .init("GFLOP/s", .right), .init("of peak", .right),
      ])
    for product in matmul.products {
      table.append([
        .text(product.name), .text(product.pass), .text("\(product.m)"), .text("\(product.n)"),
        .text("\(product.k)"), Self.decimal(product.operationsPerSecond / Self.billion),
        Self.percent(share(of: product)),
      ])
    }
    return .table(table)
  }

  // MARK: Training

  private func summary(_ training: TrainingBenchmark) -> Report {
    let step = training.median
    let floor = floorSeconds(of: step)
    let ceiling = Double(step.tokenCount) / floor
    var fields: [Report.Field] = [
      .init("training", .text(plan.description)),
      .init("trained", .quantity(Quantity(Double(training.trainedParameterCount), .magnitude))),
      .init("speed", .quantity(Quantity(step.tokensPerSecond, .tokensPerSecond))),
      .init("floor", .quantity(Quantity(ceiling, .tokensPerSecond))),
      .init("step", .quantity(Quantity(step.seconds, .seconds))),
    ]
    if training.peakByteCount > 0 {
      fields.append(.init("memory", .quantity(Quantity(Double(training.peakByteCount), .bytes))))
    }
    return .fields(fields)
  }

  /// The operations of the median step, longest first.
  private func table(_ training: TrainingBenchmark) -> Report {
    let step = training.median
    var table = Table(
      title: "One step of training",
      columns: [
        .init("operation"), .init("pass"), .init("calls", .right),
        .init("time", .right, unit: "ms"),
        .init("FLOP floor", .right, unit: "ms"), .init("byte floor", .right, unit: "ms"),
        .init("floor/time", .right), .init("of step", .right),
      ])
    for entry in step.operations.sorted(by: { $0.duration > $1.duration }) {
      let (seconds, floor) = (entry.duration.seconds, floor(of: entry))
      table.append([
        .text(entry.name), .text(entry.pass.rawValue), .text("\(entry.count)"),
        Self.milliseconds(seconds), Self.milliseconds(floor.arithmetic),
        Self.milliseconds(floor.memory), Self.percent(floor.seconds / seconds),
        Self.percent(seconds / step.seconds),
      ])
    }
    let floor = floorSeconds(of: step)
    table.append([
      "all", .empty, .empty, Self.milliseconds(step.seconds), .empty, .empty,
      Self.percent(floor / step.seconds), Self.percent(1),
    ])
    return .table(table)
  }

  // MARK: Decoding

  private func table(_ decoding: DecodingBenchmark) -> Report {
    let inIntegers = plan.activations.countsInIntegers(by: plan.base) ? ", in integers" : ""
    var table = Table(
      title: "Decoding, weights \(plan.base.rawValue)\(inIntegers)",
      columns: [
        .init("work"), .init("sequences", .right), .init("tokens", .right),
        .init("speed", .right, unit: "tok/s"), .init("floor", .right, unit: "tok/s"),
        .init("floor/time", .right),
      ])
    for run in decoding.runs {
      let floor = floor(of: run).seconds
      table.append([
        .text(run.name), .text("\(run.batch)"), .text("\(run.tokenCount)"),
        Self.decimal(run.tokensPerSecond), Self.decimal(Double(run.tokenCount) / floor),
        Self.percent(floor / run.seconds),
      ])
    }
    return .table(table)
  }
}

extension BenchmarkPlan {
  /// What is trained on what, in words.
  var description: String {
    let method =
      switch method {
      case .full: "all weights"
      case .lowRank(let rank) where base == .float32: "LoRA of rank \(rank)"
      case .lowRank(let rank): "LoRA of rank \(rank) beside \(base.rawValue) weights"
      }
    guard let rows else { return "\(method), \(batch) × \(length) random tokens a step" }
    return "\(method), \(batch) of \(rows.count) rows a step"
  }
}
