/// Matrices of integers of eight bits with a scale for all of one, or for each row: those of
/// compressed-tensors (`int-quantized`).
struct ScaledIntegers: WeightQuantization {
  let name = "int8"
  let markers = [".weight_scale"]
  let parts = [
    ".weight", ".weight_scale", ".weight_zero_point", ".input_scale", ".input_zero_point",
  ]

  func shape(of module: String, in files: TensorFiles) throws(CheckpointError) -> [Int] {
    let (rows, columns) = try files.matrixShape(module + ".weight")
    guard files.entry(module + ".weight")?.type == "I8" else {
      throw .unsupportedType(
        tensor: module + ".weight", path: files.owners[module + ".weight"]?.path ?? "",
        type: files.entry(module + ".weight")?.type ?? "")
    }
    for part in [".weight_scale", ".weight_zero_point"] {
      guard let shape = files.entry(module + part)?.shape else { continue }
      if shape.reduce(1, *) != 1, shape != [rows] {
        try files.check(module + part, hasShape: [rows, 1])
      }
    }
    return [rows, columns]
  }

  func numbers(of module: String, in files: TensorFiles) throws(CheckpointError) -> [Float] {
    let (_, columns) = try files.matrixShape(module + ".weight")
    let scales = try files.numbers(module + ".weight_scale")
    let zeros =
      files.entry(module + ".weight_zero_point") == nil
      ? [0] : try files.bytes(module + ".weight_zero_point").map { Int8(bitPattern: $0) }
    return try files.bytes(module + ".weight").enumerated().map { place, byte in
      let row = place / max(1, columns)
      let zero = Float(zeros[zeros.count == 1 ? 0 : row])
      return (Float(Int8(bitPattern: byte)) - zero) * scales[scales.count == 1 ? 0 : row]
    }
  }
}
