import CPU
package import Checkpoints
package import Models
package import Tensors

// Tests compute on the processor unless they say otherwise.

extension Tensor {
  package convenience init(uninitialized shape: [Int]) {
    self.init(uninitialized: shape, on: CPUDevice())
  }

  package convenience init(zeros shape: [Int]) { self.init(zeros: shape, on: CPUDevice()) }

  package convenience init(_ values: [Float], shape: [Int]) {
    self.init(values, shape: shape, on: CPUDevice())
  }
}

extension Tensor {
  /// An element of the row-major values.
  package subscript(index: Int) -> Float {
    get {
      precondition(index >= 0 && index < count, "element \(index) of \(count)")
      return elements(index..<index + 1).values[0]
    }
    set { elements(index..<index + 1).fill(newValue) }
  }
}

extension Arena {
  package convenience init() { self.init(CPUDevice()) }
}

extension Transformer {
  package convenience init(untrained config: ModelConfig, seed: UInt64) {
    self.init(untrained: config, seed: seed, on: CPUDevice())
  }

  package convenience init(
    reading files: ModelFiles, packedAs format: WeightFormat? = nil
  ) throws(CheckpointError) {
    try self.init(reading: files, packedAs: format, on: CPUDevice())
  }
}

extension Safetensors {
  package func tensor(
    named name: String, shape expected: [Int]? = nil, areWeights: Bool = false
  ) throws(CheckpointError) -> Tensor {
    try tensor(named: name, shape: expected, areWeights: areWeights, on: CPUDevice())
  }
}

extension ModelDirectory {
  package func tensor(
    named name: String, shape expected: [Int]? = nil
  ) throws(CheckpointError) -> Tensor {
    try tensor(named: name, shape: expected, on: CPUDevice())
  }
}

extension AdapterDirectory {
  package func tensor(
    named name: String, shape expected: [Int]? = nil
  ) throws(CheckpointError) -> Tensor {
    try tensor(named: name, shape: expected, on: CPUDevice())
  }
}

extension GGUFParts {
  package func tensor(named name: String) throws(CheckpointError) -> Tensor {
    try tensor(named: name, on: CPUDevice())
  }

  package func packed(named name: String) throws(CheckpointError) -> PackedMatrix? {
    try packed(named: name, on: CPUDevice())
  }
}
