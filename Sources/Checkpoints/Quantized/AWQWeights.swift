/// Matrices of integers of four bits with a scale and a zero for each group of inputs: AWQ's, in
/// the layout of its matrix products (`gemm`).
///
/// `w = scale · (q - zero)`. A word holds eight outputs of one input, the even ones first.
///
/// Source: Lin et al. 2023, arXiv:2306.00978; the layout is that of AutoAWQ's `WQLinear_GEMM`.
struct AWQWeights: WeightQuantization {
  let name = "AWQ, 4 bits"
  let markers = [".qweight"]
  let parts = [".qweight", ".qzeros", ".scales"]

  /// At which place of its word each of eight outputs stands.
  private static let places = [0, 4, 1, 5, 2, 6, 3, 7]

  init(_ settings: ConfigReader) throws(CheckpointError) {
    let bits = try settings.int("bits", in: 1...8) ?? 4
    let version = try (settings.string("version") ?? "gemm").lowercased()
    guard bits == 4, version == "gemm" else {
      throw settings.unsupported(
        "version", "\"\(version)\" with \(bits) bits",
        "of AWQ only gemm with 4 bits is read; take the original model")
    }
  }

  func shape(of module: String, in files: TensorFiles) throws(CheckpointError) -> [Int] {
    let (inputs, words) = try files.matrixShape(module + ".qweight")
    let groups = try files.matrixShape(module + ".scales").rows
    try files.check(module + ".scales", hasShape: [groups, 8 * words])
    try files.check(module + ".qzeros", hasShape: [groups, words])
    guard groups > 0, inputs % groups == 0 else {
      throw .wrongShape(
        tensor: module + ".scales", path: files.owners[module + ".scales"]?.path ?? "",
        found: [groups, 8 * words], expected: [inputs, 8 * words])
    }
    return [8 * words, inputs]
  }

  func numbers(of module: String, in files: TensorFiles) throws(CheckpointError) -> [Float] {
    let shape = try shape(of: module, in: files)
    let (outputs, inputs) = (shape[0], shape[1])
    let words = PackedIntegers(try files.bytes(module + ".qweight"), bits: 4)
    let zeros = PackedIntegers(try files.bytes(module + ".qzeros"), bits: 4)
    let scales = try files.numbers(module + ".scales")
    guard outputs > 0 else { return [] }
    let groupSize = max(1, inputs / max(1, scales.count / outputs))
    var numbers = [Float](repeating: 0, count: outputs * inputs)
    for input in 0..<inputs {
      let group = input / groupSize
      for output in 0..<outputs {
        let place = output / 8 * 8 + Self.places[output % 8]
        let integer = words.integer(row: input, rowWords: outputs / 8, column: place)
        let zero = zeros.integer(row: group, rowWords: outputs / 8, column: place)
        numbers[output * inputs + input] =
          scales[group * outputs + output] * Float(integer - zero)
      }
    }
    return numbers
  }
}
