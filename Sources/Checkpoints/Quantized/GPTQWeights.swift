/// Matrices of small integers with a scale and a zero for each group of inputs: GPTQ's.
///
/// `w = scale · (q - zero)`; the first version of the format keeps zeros less one.
///
/// Source: Frantar et al. 2022, arXiv:2210.17323; the layout is that of AutoGPTQ's `QuantLinear`.
struct GPTQWeights: WeightQuantization {
  var name: String { "GPTQ, \(bits) bits" }
  let markers = [".qweight"]
  let parts = [".qweight", ".qzeros", ".scales", ".g_idx"]
  private let bits: Int
  private let groupSize: Int?
  /// What is added to a zero as it is kept.
  private let zeroOffset: Int

  init(_ settings: ConfigReader) throws(CheckpointError) {
    bits = try settings.required(settings.int("bits", in: 2...8), "bits")
    let size = try settings.int("group_size", in: -1...65_536) ?? 128
    groupSize = size > 0 ? size : nil
    switch try settings.string("checkpoint_format") ?? "gptq" {
    case "gptq": zeroOffset = 1
    case "gptq_v2": zeroOffset = 0
    case let other:
      throw settings.unsupported(
        "checkpoint_format", "\"\(other)\"",
        "of GPTQ gptq and gptq_v2 are read; take the original model")
    }
  }

  func shape(of module: String, in files: TensorFiles) throws(CheckpointError) -> [Int] {
    let (words, outputs) = try files.matrixShape(module + ".qweight")
    let inputs = words * 32 / bits
    let groups = try files.matrixShape(module + ".scales").rows
    try files.check(module + ".scales", hasShape: [groups, outputs])
    try files.check(module + ".qzeros", hasShape: [groups, (outputs * bits + 31) / 32])
    if files.entry(module + ".g_idx") != nil {
      try files.check(module + ".g_idx", hasShape: [inputs])
    } else {
      let size = groupSize ?? max(1, inputs)
      try files.check(module + ".scales", hasShape: [(inputs + size - 1) / size, outputs])
    }
    return [outputs, inputs]
  }

  func numbers(of module: String, in files: TensorFiles) throws(CheckpointError) -> [Float] {
    let shape = try shape(of: module, in: files)
    let (outputs, inputs) = (shape[0], shape[1])
    // Words stand one below the other for an output: turned, an output's bits are a row.
    let words = PackedIntegers(
      Self.turned(try files.bytes(module + ".qweight"), outputs), bits: bits)
    let zeros = PackedIntegers(try files.bytes(module + ".qzeros"), bits: bits)
    let scales = try files.numbers(module + ".scales")
    let groupCount = outputs == 0 ? 0 : scales.count / outputs
    let groups = try groups(of: module, inputs, files)
    guard groups.allSatisfy({ (0..<groupCount).contains($0) }) else {
      throw .badTensor(
        path: files.owners[module + ".g_idx"]?.path ?? "", tensor: module + ".g_idx",
        fault: .badShape("a group that has no scale"))
    }
    let (rowWords, zeroWords) = (inputs * bits / 32, (outputs * bits + 31) / 32)
    var numbers = [Float](repeating: 0, count: outputs * inputs)
    for output in 0..<outputs {
      for input in 0..<inputs {
        let group = groups[input]
        let kept = zeros.integer(row: group, rowWords: zeroWords, column: output)
        let zero = (kept + zeroOffset) & ((1 << bits) - 1)
        let integer = words.integer(row: output, rowWords: rowWords, column: input)
        numbers[output * inputs + input] =
          scales[group * outputs + output] * Float(integer - zero)
      }
    }
    return numbers
  }

  private func groups(
    of module: String, _ inputs: Int, _ files: TensorFiles
  ) throws(CheckpointError) -> [Int] {
    guard files.entry(module + ".g_idx") == nil else {
      return try files.integers(module + ".g_idx")
    }
    let size = groupSize ?? max(1, inputs)
    return (0..<inputs).map { $0 / size }
  }

  /// The words of 32 bits of a matrix with `columns` columns, column by column.
  private static func turned(_ bytes: [UInt8], _ columns: Int) -> [UInt8] {
    guard columns > 0 else { return [] }
    let rows = bytes.count / 4 / columns
    var turned: [UInt8] = []
    turned.reserveCapacity(bytes.count)
    for column in 0..<columns {
      for row in 0..<rows {
        let place = 4 * (row * columns + column)
        turned += bytes[place..<place + 4]
      }
    }
    return turned
  }
}
