import Serialization

/// Matrices of small integers with a scale and an offset for each group of inputs: MLX's.
///
/// `w = scale · q + bias`, the integers of a row lying in words of 32 bits without gaps.
///
/// Source: github.com/ml-explore/mlx, documentation of `mlx.core.quantize`.
struct MLXWeights: WeightQuantization {
  var name: String { "MLX, \(common.bits) bits" }
  let markers = [".scales"]
  let parts = [".weight", ".scales", ".biases"]
  private let common: Layout
  /// Modules with a layout of their own.
  private var others: [String: Layout] = [:]

  private struct Layout {
    let bits: Int
    let groupSize: Int

    init(_ settings: ConfigReader, default fallback: Layout? = nil) throws(CheckpointError) {
      let mode = try settings.string("mode") ?? "affine"
      guard mode == "affine" else {
        throw settings.unsupported(
          "mode", "\"\(mode)\"", "of MLX only affine is read; take the original model")
      }
      bits = try settings.required(settings.int("bits", in: 2...8) ?? fallback?.bits, "bits")
      groupSize = try settings.required(
        settings.int("group_size", in: 1...65_536) ?? fallback?.groupSize, "group_size")
    }
  }

  init(_ settings: ConfigReader) throws(CheckpointError) {
    common = try Layout(settings)
    for (module, value) in settings.object.entries {
      guard let object = value.object else { continue }
      others[module] = try Layout(ConfigReader(object, path: settings.path), default: common)
    }
  }

  func shape(of module: String, in files: TensorFiles) throws(CheckpointError) -> [Int] {
    let layout = others[module] ?? common
    let (outputs, words) = try files.matrixShape(module + ".weight")
    let inputs = words * 32 / layout.bits
    for part in [".scales", ".biases"] {
      try files.check(module + part, hasShape: [outputs, inputs / layout.groupSize])
    }
    guard inputs % layout.groupSize == 0 else {
      throw .wrongShape(
        tensor: module + ".weight", path: files.owners[module + ".weight"]?.path ?? "",
        found: [outputs, words], expected: [outputs, layout.groupSize * layout.bits / 32])
    }
    return [outputs, inputs]
  }

  func numbers(of module: String, in files: TensorFiles) throws(CheckpointError) -> [Float] {
    let layout = others[module] ?? common
    let shape = try shape(of: module, in: files)
    let (outputs, inputs) = (shape[0], shape[1])
    let words = PackedIntegers(try files.bytes(module + ".weight"), bits: layout.bits)
    let scales = try files.numbers(module + ".scales")
    let biases = try files.numbers(module + ".biases")
    let (rowWords, groups) = (inputs * layout.bits / 32, inputs / layout.groupSize)
    var numbers = [Float](repeating: 0, count: outputs * inputs)
    for output in 0..<outputs {
      for input in 0..<inputs {
        let group = output * groups + input / layout.groupSize
        let integer = words.integer(row: output, rowWords: rowWords, column: input)
        numbers[output * inputs + input] = scales[group] * Float(integer) + biases[group]
      }
    }
    return numbers
  }
}
