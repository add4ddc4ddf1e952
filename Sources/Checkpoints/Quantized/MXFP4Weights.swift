import Tensors

/// Floats of four bits, 32 of which share a power of two: the experts of gpt_oss as they were published.
///
/// `NAME_blocks` has two numbers a byte, the first in the lower bits, and `NAME_scales` the exponents; the
/// tensor that they stand for has inputs and outputs the other way around.
///
/// Source: OCP Microscaling Formats 1.0, section 5.3, laid out as transformers reads it.
struct MXFP4Weights: WeightQuantization {
  let name = "MXFP4"
  let markers = ["_blocks"]
  let parts = ["_blocks", "_scales"]
  let ending = ""

  /// The bytes that share a scale.
  private static let blockBytes = 16

  func shape(of module: String, in files: TensorFiles) throws(CheckpointError) -> [Int] {
    let blocks = files.entry(module + "_blocks")?.shape ?? []
    let sizes = (blocks.prefix(3) + [1, 1, 1]).prefix(3).map { max(1, $0) }
    try files.check(module + "_blocks", hasShape: sizes + [Self.blockBytes])
    try files.check(module + "_scales", hasShape: Array(blocks.prefix(3)))
    for part in parts { try files.check(module + part, isOf: "U8") }
    return [blocks[0], blocks[2] * 2 * Self.blockBytes, blocks[1]]
  }

  func numbers(of module: String, in files: TensorFiles) throws(CheckpointError) -> [Float] {
    let count = try shape(of: module, in: files)[0]
    var numbers: [Float] = []
    for expert in 0..<count { numbers += try self.numbers(of: module, expert, in: files) }
    return numbers
  }

  /// Of one expert alone: files have them one after the other.
  func numbers(
    of module: String, part: TensorPart, in files: TensorFiles
  ) throws(CheckpointError) -> [Float] {
    let size = try shape(of: module, in: files).dropFirst().reduce(1, *)
    guard size > 0, part.count == size, part.start % size == 0 else {
      let whole = try numbers(of: module, in: files)
      return Array(whole[part.start..<part.start + part.count])
    }
    return try numbers(of: module, part.start / size, in: files)
  }

  private func numbers(
    of module: String, _ expert: Int, in files: TensorFiles
  ) throws(CheckpointError) -> [Float] {
    let shape = try shape(of: module, in: files)
    let (inputs, outputs) = (shape[1], shape[2])
    let scaleCount = outputs * inputs / (2 * Self.blockBytes)
    let scales = try files.bytes(
      module + "_scales", expert * scaleCount..<(expert + 1) * scaleCount)
    let byteCount = outputs * inputs / 2
    let bytes = try files.bytes(module + "_blocks", expert * byteCount..<(expert + 1) * byteCount)
    var numbers = [Float](repeating: 0, count: inputs * outputs)
    for (place, byte) in bytes.enumerated() {
      let scale = Self.powers[Int(scales[place / Self.blockBytes])]
      let (output, input) = (2 * place / inputs, 2 * place % inputs)
      numbers[input * outputs + output] = Self.halves[Int(byte & 15)] * scale
      numbers[(input + 1) * outputs + output] = Self.halves[Int(byte >> 4)] * scale
    }
    return numbers
  }

  /// The numbers of a sign, two bits of exponent and one of fraction.
  private static let halves: [Float] = [
    0, 0.5, 1, 1.5, 2, 3, 4, 6, -0.0, -0.5, -1, -1.5, -2, -3, -4, -6,
  ]

  /// The powers of two that exponents stand for.
  private static let powers = (0..<256).map {
    Float(sign: .plus, exponent: $0 - 127, significand: 1)
  }
}
