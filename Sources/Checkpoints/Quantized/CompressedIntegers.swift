import Serialization

/// Matrices of small integers with a scale, and maybe a zero, for each group of inputs: those of
/// compressed-tensors (`pack-quantized`).
///
/// `w = scale · (q - zero)`; integers are kept without a sign, a half of their range added.
///
/// Source: github.com/neuralmagic/compressed-tensors, `compressors/quantized_compressors`.
struct CompressedIntegers: WeightQuantization {
  var name: String { "compressed-tensors, \(bits) bits" }
  let markers = [".weight_packed"]
  let parts = [
    ".weight_packed", ".weight_scale", ".weight_shape", ".weight_zero_point", ".weight_g_idx",
  ]
  private let bits: Int

  init(_ settings: ConfigReader) throws(CheckpointError) {
    let groups = try settings.required(settings.section("config_groups"), "config_groups")
    var bits: Set<Int> = []
    for name in groups.object.keys {
      guard let weights = try groups.section(name)?.section("weights") else { continue }
      bits.insert(try weights.required(weights.int("num_bits", in: 2...8), "num_bits"))
    }
    guard let only = bits.first, bits.count == 1, 32 % only == 0 else {
      throw groups.unsupported(
        "config_groups", bits.sorted().map { "\($0) bits" }.joined(separator: ", "),
        "integers of one width, 2, 4 or 8 bits, are read; take the original model")
    }
    self.bits = only
  }

  func shape(of module: String, in files: TensorFiles) throws(CheckpointError) -> [Int] {
    let (rows, words) = try files.matrixShape(module + ".weight_packed")
    let shape = try files.integers(module + ".weight_shape")
    guard shape.count == 2, shape[0] == rows, shape[1] >= 0,
      (shape[1].multipliedReportingOverflow(by: bits).partialValue + 31) / 32 == words
    else {
      throw .wrongShape(
        tensor: module + ".weight_packed",
        path: files.owners[module + ".weight_packed"]?.path ?? "",
        found: [rows, words], expected: shape)
    }
    let groups = try files.matrixShape(module + ".weight_scale").columns
    try files.check(module + ".weight_scale", hasShape: [rows, groups])
    guard groups > 0, shape[1] % groups == 0 else {
      throw .wrongShape(
        tensor: module + ".weight_scale", path: files.owners[module + ".weight_scale"]?.path ?? "",
        found: [rows, groups], expected: shape)
    }
    if files.entry(module + ".weight_zero_point") != nil {
      try files.check(
        module + ".weight_zero_point", hasShape: [(rows * bits + 31) / 32, groups])
    }
    if files.entry(module + ".weight_g_idx") != nil {
      try files.check(module + ".weight_g_idx", hasShape: [shape[1]])
    }
    return shape
  }

  func numbers(of module: String, in files: TensorFiles) throws(CheckpointError) -> [Float] {
    let shape = try shape(of: module, in: files)
    let (rows, columns) = (shape[0], shape[1])
    let words = PackedIntegers(try files.bytes(module + ".weight_packed"), bits: bits)
    let scales = try files.numbers(module + ".weight_scale")
    let groupCount = try files.matrixShape(module + ".weight_scale").columns
    let zeros = try zeros(of: module, groupCount, files)
    let groups = try groups(of: module, columns, groupCount, files)
    let (half, rowWords) = (1 << (bits - 1), (columns * bits + 31) / 32)
    var numbers = [Float](repeating: 0, count: rows * columns)
    for row in 0..<rows {
      for column in 0..<columns {
        let integer = words.integer(row: row, rowWords: rowWords, column: column) - half
        let group = groups[column]
        numbers[row * columns + column] =
          Float(integer - (zeros?(row, group) ?? 0)) * scales[row * groupCount + group]
      }
    }
    return numbers
  }

  /// The zero of a row's group, packed along the rows; nil where there are none.
  private func zeros(
    of module: String, _ groupCount: Int, _ files: TensorFiles
  ) throws(CheckpointError) -> ((Int, Int) -> Int)? {
    guard files.entry(module + ".weight_zero_point") != nil else { return nil }
    let words = try files.integers(module + ".weight_zero_point")
    let (bits, perWord) = (self.bits, 32 / self.bits)
    return { row, group in
      let word = words[row / perWord * groupCount + group]
      let kept = word >> (bits * (row % perWord)) & ((1 << bits) - 1)
      return kept - (1 << (bits - 1))
    }
  }

  private func groups(
    of module: String, _ columns: Int, _ groupCount: Int, _ files: TensorFiles
  ) throws(CheckpointError) -> [Int] {
    guard files.entry(module + ".weight_g_idx") != nil else {
      return (0..<columns).map { $0 / max(1, columns / groupCount) }
    }
    let groups = try files.integers(module + ".weight_g_idx")
    guard groups.allSatisfy({ (0..<groupCount).contains($0) }) else {
      throw .badTensor(
        path: files.owners[module + ".weight_g_idx"]?.path ?? "",
        tensor: module + ".weight_g_idx", fault: .badShape("a group that has no scale"))
    }
    return groups
  }
}
