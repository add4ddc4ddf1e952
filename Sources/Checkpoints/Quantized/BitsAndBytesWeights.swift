import Serialization

/// Matrices as bitsandbytes keeps them: four bits that look up a number, times the largest of their
/// block; or integers of eight bits times a row's scale.
///
/// Source: Dettmers et al. 2023, arXiv:2305.14314, sections 3 and "Double Quantization"; 2022,
/// arXiv:2208.07339, for eight bits.
struct BitsAndBytesWeights: WeightQuantization {
  let name = "bitsandbytes"
  let markers = [".weight.absmax", ".SCB"]
  let parts = [
    ".weight", ".weight.absmax", ".weight.quant_map", ".weight.nested_absmax",
    ".weight.nested_quant_map", ".weight.quant_state.bitsandbytes__nf4",
    ".weight.quant_state.bitsandbytes__fp4", ".SCB", ".weight_format",
  ]

  init(_ settings: ConfigReader) throws(CheckpointError) {}

  /// What the file says of a matrix of four bits.
  private struct State {
    let shape: [Int]
    let blockSize: Int
    let nestedBlockSize: Int
    let nestedOffset: Float

    init(_ bytes: [UInt8], path: String) throws(CheckpointError) {
      let file = try ConfigReader(bytes, path: path)
      shape = (file.value("shape")?.array ?? []).compactMap(\.int)
      guard shape.count == 2, shape.allSatisfy({ (1...1 << 31).contains($0) }) else {
        throw file.wrong("shape", "rows and columns")
      }
      blockSize = try file.required(file.int("blocksize", in: 1...65_536), "blocksize")
      nestedBlockSize = try file.int("nested_blocksize", in: 1...65_536) ?? 256
      nestedOffset = Float(file.value("nested_offset")?.double ?? 0)
    }
  }

  private func state(
    of module: String, _ files: TensorFiles
  ) throws(CheckpointError) -> State {
    let names = ["nf4", "fp4"].map { module + ".weight.quant_state.bitsandbytes__" + $0 }
    let name = names.first { files.entry($0) != nil } ?? names[0]
    return try State(try files.bytes(name), path: files.owners[name]?.path ?? "")
  }

  func shape(of module: String, in files: TensorFiles) throws(CheckpointError) -> [Int] {
    if files.entry(module + ".SCB") != nil {
      let (rows, columns) = try files.matrixShape(module + ".weight")
      try files.check(module + ".SCB", hasShape: [rows])
      return [rows, columns]
    }
    let state = try state(of: module, files)
    // Two numbers a byte; no product of such sizes exceeds 64 bits.
    let count = state.shape[0] * state.shape[1]
    try files.check(module + ".weight", hasShape: [(count + 1) / 2, 1])
    let blocks = (count + state.blockSize - 1) / state.blockSize
    try files.check(module + ".weight.absmax", hasShape: [blocks])
    try files.check(module + ".weight.quant_map", hasShape: [16])
    if files.entry(module + ".weight.nested_absmax") != nil {
      try files.check(module + ".weight.nested_quant_map", hasShape: [256])
      let nested = (blocks + state.nestedBlockSize - 1) / state.nestedBlockSize
      try files.check(module + ".weight.nested_absmax", hasShape: [nested])
    }
    return state.shape
  }

  func numbers(of module: String, in files: TensorFiles) throws(CheckpointError) -> [Float] {
    if files.entry(module + ".SCB") != nil { return try rowScaled(module, files) }
    let state = try state(of: module, files)
    let table = try files.numbers(module + ".weight.quant_map")
    let largest = try largest(of: module, state, files)
    let bytes = try files.bytes(module + ".weight")
    let count = state.shape[0] * state.shape[1]
    return (0..<count).map { place in
      // The upper four bits come first.
      let code = bytes[place / 2] >> (place % 2 == 0 ? 4 : 0) & 15
      return table[Int(code)] * largest[place / state.blockSize]
    }
  }

  /// The largest size of each block, which may itself be looked up and scaled.
  private func largest(
    of module: String, _ state: State, _ files: TensorFiles
  ) throws(CheckpointError) -> [Float] {
    let name = module + ".weight.absmax"
    guard files.entry(module + ".weight.nested_absmax") != nil else {
      return try files.numbers(name)
    }
    let table = try files.numbers(module + ".weight.nested_quant_map")
    let scales = try files.numbers(module + ".weight.nested_absmax")
    return try files.bytes(name).enumerated().map { place, code in
      table[Int(code)] * scales[place / state.nestedBlockSize] + state.nestedOffset
    }
  }

  private func rowScaled(
    _ module: String, _ files: TensorFiles
  ) throws(CheckpointError) -> [Float] {
    let (_, columns) = try files.matrixShape(module + ".weight")
    let scales = try files.numbers(module + ".SCB")
    return try files.bytes(module + ".weight").enumerated().map { place, byte in
      Float(Int8(bitPattern: byte)) * scales[place / max(1, columns)] / 127
    }
  }
}
