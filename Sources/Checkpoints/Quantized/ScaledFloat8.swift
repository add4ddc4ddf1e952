import Serialization

/// Matrices of floating-point numbers of eight bits, with a scale for all of one, for each row, or
/// for each block of rows and columns.
///
/// Source: DeepSeek-AI 2024, arXiv:2412.19437, section 3.3.2, for blocks; the others are those of
/// compressed-tensors, fbgemm and modelopt.
struct ScaledFloat8: WeightQuantization {
  let name = "fp8"
  let markers = [".weight_scale_inv", ".weight_scale"]
  let parts = [
    ".weight_scale_inv", ".weight_scale", ".weight", ".input_scale", ".input_scale_ub",
    ".activation_scale", ".k_scale", ".v_scale", ".output_scale", ".weight_zero_point",
    ".input_zero_point",
  ]
  /// Rows and columns that share a scale, where scales are a matrix of blocks.
  private let block: (rows: Int, columns: Int)?

  init(_ settings: ConfigReader) throws(CheckpointError) {
    if let sizes = settings.value("weight_block_size") {
      let sizes = (sizes.array ?? []).compactMap(\.int)
      guard sizes.count == 2, sizes.allSatisfy({ (1...65_536).contains($0) }) else {
        throw settings.wrong("weight_block_size", "rows and columns, such as [128, 128]")
      }
      block = (sizes[0], sizes[1])
    } else {
      block = nil
    }
    if let algorithm = try settings.string("quant_algo"), algorithm != "FP8" {
      throw settings.unsupported(
        "quant_algo", "\"\(algorithm)\"", "of modelopt only FP8 is read; take the original model")
    }
  }

  private func scaleName(_ module: String, _ files: TensorFiles) -> String {
    markers.map { module + $0 }.first { files.entry($0) != nil } ?? module + markers[0]
  }

  func shape(of module: String, in files: TensorFiles) throws(CheckpointError) -> [Int] {
    let (rows, columns) = try files.matrixShape(module + ".weight")
    _ = try spans(files, scaleName(module, files), rows, columns)
    return [rows, columns]
  }

  /// How many rows and columns have one scale.
  private func spans(
    _ files: TensorFiles, _ scale: String, _ rows: Int, _ columns: Int
  ) throws(CheckpointError) -> (rows: Int, columns: Int) {
    let shape = files.entry(scale)?.shape ?? []
    if shape.reduce(1, *) == 1 { return (max(1, rows), max(1, columns)) }
    if shape == [rows, 1] || shape == [rows] { return (1, max(1, columns)) }
    guard let block else {
      try files.check(scale, hasShape: [rows, 1])
      return (1, max(1, columns))
    }
    func count(_ size: Int, _ span: Int) -> Int { (size + span - 1) / span }
    try files.check(scale, hasShape: [count(rows, block.rows), count(columns, block.columns)])
    return block
  }

  func numbers(of module: String, in files: TensorFiles) throws(CheckpointError) -> [Float] {
    let (rows, columns) = try files.matrixShape(module + ".weight")
    let scaleName = scaleName(module, files)
    let span = try spans(files, scaleName, rows, columns)
    let scales = try files.numbers(scaleName)
    var numbers = try files.numbers(module + ".weight")
    let across = (columns + span.columns - 1) / span.columns
    for row in 0..<rows {
      let scaleRow = row / span.rows * across
      for column in 0..<columns {
        numbers[row * columns + column] *= scales[scaleRow + column / span.columns]
      }
    }
    return numbers
  }
}
