import Autograd
import CPU
import Execution
package import Serialization
import Tensors

/// The report as programs read it; fields are only ever added. `help bench` tells what they mean.
extension BenchmarkReport {
  /// One object; sections that were not asked for are missing.
  package func json(version: String) -> JSONValue {
    var object: JSONObject = [
      "bench": 1, "version": .string(version), "model": .string(modelName),
      "parameters": .integer(parameterCount), "isa": .string(machine.path.rawValue),
      "threads": .integer(machine.threadCount), "batch": .integer(plan.batch),
      "length": .integer(plan.length), "method": .string(methodName),
      "base": .string(plan.base.rawValue), "precision": .string(plan.precision.rawValue),
      "activations": .string(plan.activations.rawValue),
      "microbatch": .integer(plan.microbatchTokens), "streams": .integer(plan.streams),
    ]
    if case .lowRank(let rank) = plan.method { object["rank"] = .integer(rank) }
    object["machine"] = .object(machineObject)
    if let matmul { object["matmul"] = .array(matmul.products.map(value)) }
    if let training { object["training"] = .object(self.object(training)) }
    if let decoding { object["decoding"] = .array(decoding.runs.map(value)) }
    object["peakBytes"] = .integer(ProcessMemory.peakByteCount)
    return .object(object)
  }

  private var methodName: String {
    switch plan.method {
    case .full: "full"
    case .lowRank: "lora"
    }
  }

  private var machineObject: JSONObject {
    [
      "flops": .number(machine.operationsPerSecond),
      "memoryBytesPerSecond": .number(machine.memoryBytesPerSecond),
      "paths": .array(
        machine.paths.map { peak in
          [
            "isa": .string(peak.path.rawValue), "flopsOneThread": .number(peak.oneThread),
            "flops": .number(peak.allThreads),
          ] as JSONObject
        }.map(JSONValue.object)),
      "reads": .array(
        machine.readSpeeds.map { speed in
          [
            "bufferBytes": .number(speed.bufferBytes),
            "bytesPerSecond": .number(speed.bytesPerSecond),
          ] as JSONObject
        }.map(JSONValue.object)),
    ]
  }

  private func value(_ product: MatmulBenchmark.Product) -> JSONValue {
    .object([
      "layer": .string(product.name), "pass": .string(product.pass), "m": .integer(product.m),
      "n": .integer(product.n), "k": .integer(product.k), "seconds": .number(product.seconds),
      "flops": .number(product.operationsPerSecond), "peakShare": .number(share(of: product)),
    ])
  }

  private func object(_ training: TrainingBenchmark) -> JSONObject {
    let step = training.median
    let floor = floorSeconds(of: step)
    return [
      "tokensPerSecond": .number(step.tokensPerSecond),
      "floorTokensPerSecond": .number(Double(step.tokenCount) / floor),
      "stepSeconds": .number(step.seconds), "floorSeconds": .number(floor),
      "tokens": .integer(step.tokenCount), "trainedTokens": .integer(step.trainedTokenCount),
      "trainedParameters": .integer(training.trainedParameterCount),
      "peakBytes": .integer(training.peakByteCount),
      "plannedBytes": .integer(training.plannedByteCount),
      "steps": .array(
        training.steps.map { step in
          .object(["seconds": .number(step.seconds), "tokens": .integer(step.tokenCount)])
        }),
      "operations": .array(step.operations.map(value)),
    ]
  }

  private func value(_ entry: OperationProfile.Entry) -> JSONValue {
    let floor = floor(of: entry)
    return .object([
      "operation": .string(entry.name), "pass": .string(entry.pass.rawValue),
      "calls": .integer(entry.count), "seconds": .number(entry.duration.seconds),
      "floorSeconds": .number(floor.seconds), "flopSeconds": .number(floor.arithmetic),
      "byteSeconds": .number(floor.memory), "flops": .number(entry.work.operations),
      "bytes": .number(entry.work.bytes),
    ])
  }

  private func value(_ run: DecodingBenchmark.Run) -> JSONValue {
    let floor = floor(of: run)
    return .object([
      "work": .string(run.name), "sequences": .integer(run.batch),
      "tokens": .integer(run.tokenCount), "seconds": .number(run.seconds),
      "tokensPerSecond": .number(run.tokensPerSecond),
      "floorTokensPerSecond": .number(Double(run.tokenCount) / floor.seconds),
    ])
  }
}
