/// The numbers of each type, to the bits of gguf-py's `dequantize`: float32 arithmetic, every product
/// and sum rounded on its own, in its order.
extension GGUFTensorType {
  /// The types whose numbers are read.
  static let readable = allCases.filter(\.isReadable)

  /// Whether its numbers are read.
  package var isReadable: Bool {
    switch self {
    case .f32, .f16, .bf16, .q40, .q41, .q50, .q51, .q80, .q2K, .q3K, .q4K, .q5K, .q6K, .iq4NL,
      .iq4XS, .mxfp4:
      true
    default: false
    }
  }

  /// Fills `out` with the numbers that `bytes` hold; the type is a readable one, and the bytes are
  /// as many as these numbers take.
  func widen(_ bytes: UnsafeRawBufferPointer, into out: UnsafeMutableBufferPointer<Float>) {
    precondition(byteCount(of: out.count) == bytes.count, "\(bytes.count) bytes, \(out.count)")
    let read = reader
    var (from, to) = (0, 0)
    while to < out.count {
      // Safety: the precondition made bytes and numbers whole blocks, and as many of each.
      let block = GGUFBlock(
        bytes: UnsafeRawBufferPointer(rebasing: bytes[from..<from + blockBytes]))
      read(block, UnsafeMutableBufferPointer(rebasing: out[to..<to + blockCount]))
      from += blockBytes
      to += blockCount
    }
  }

  private var reader: (GGUFBlock, UnsafeMutableBufferPointer<Float>) -> Void {
    switch self {
    case .f32: { $1[0] = $0.float(at: 0) }
    case .f16: { $1[0] = $0.half(at: 0) }
    case .bf16: { $1[0] = Float(bitPattern: UInt32($0.word(at: 0)) << 16) }
    case .q40: { $0.readNibbles(from: 2, into: $1, scale: $0.half(at: 0)) { Float($0 - 8) } }
    case .q41:
      { block, out in
        let (scale, minimum) = (block.half(at: 0), block.half(at: 2))
        block.readNibbles(from: 4, into: out, scale: scale) { Float($0) }
        for index in out.indices { out[index] += minimum }
      }
    case .q50: { $0.readFiveBits(from: 2, into: $1, scale: $0.half(at: 0), offset: 16) }
    case .q51:
      { block, out in
        let (scale, minimum) = (block.half(at: 0), block.half(at: 2))
        block.readFiveBits(from: 4, into: out, scale: scale, offset: 0)
        for index in out.indices { out[index] += minimum }
      }
    case .q80:
      { block, out in
        let scale = block.half(at: 0)
        for index in out.indices { out[index] = Float(block.signed(2 + index)) * scale }
      }
    case .iq4NL:
      { $0.readNibbles(from: 2, into: $1, scale: $0.half(at: 0)) { GGUFBlock.nonLinear[$0] } }
    case .mxfp4:
      { block, out in
        block.readNibbles(from: 1, into: out, scale: block.exponent(at: 0)) {
          GGUFBlock.fourBitFloats[$0]
        }
      }
    case .q2K: { $0.readQ2K(into: $1) }
    case .q3K: { $0.readQ3K(into: $1) }
    case .q4K: { $0.readQ4K(into: $1) }
    case .q5K: { $0.readQ5K(into: $1) }
    case .q6K: { $0.readQ6K(into: $1) }
    case .iq4XS: { $0.readIQ4XS(into: $1) }
    default: { _, _ in preconditionFailure("a type that is not read") }
    }
  }
}

/// One block of a type, as it lies in the file.
struct GGUFBlock {
  let bytes: UnsafeRawBufferPointer

  /// The byte at `place`, as a number from 0 on.
  func byte(_ place: Int) -> Int { Int(bytes[place]) }

  /// The byte at `place`, as a number with a sign.
  func signed(_ place: Int) -> Int8 { Int8(bitPattern: bytes[place]) }

  /// The two bytes at `place`.
  func word(at place: Int) -> UInt16 {
    UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt16.self))
  }

  /// The float16 at `place`.
  func half(at place: Int) -> Float { Float(Float16(bitPattern: word(at: place))) }

  /// The float32 at `place`.
  func float(at place: Int) -> Float {
    Float(
      bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
  }

  /// Half of the power of two whose exponent is the byte at `place`, as mxfp4 keeps scales.
  func exponent(at place: Int) -> Float {
    let exponent = UInt32(bytes[place])
    return Float(bitPattern: exponent < 2 ? 0x20_0000 << exponent : (exponent - 1) << 23)
  }

  /// The numbers of iq4_nl and iq4_xs.
  ///
  /// Source: ggml, `kvalues_iq4nl`.
  static let nonLinear: [Float] = [
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113,
  ]

  /// Twice the numbers of a float of four bits: a sign, two bits of exponent, one of fraction.
  static let fourBitFloats: [Float] = [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12]

  /// Reads numbers of four bits: the lower halves of the bytes, then the upper ones.
  func readNibbles(
    from place: Int, into out: UnsafeMutableBufferPointer<Float>, scale: Float,
    number: (Int) -> Float
  ) {
    let half = out.count / 2
    for index in 0..<half {
      let byte = byte(place + index)
      out[index] = scale * number(byte & 15)
      out[half + index] = scale * number(byte >> 4)
    }
  }

  /// Reads numbers of five bits, less `offset`: the fifth bits of all, then the others as
  /// `readNibbles` has them.
  func readFiveBits(
    from place: Int, into out: UnsafeMutableBufferPointer<Float>, scale: Float, offset: Int
  ) {
    let high = UInt32(
      littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self))
    let half = out.count / 2
    for index in out.indices {
      let byte = byte(place + 4 + index % half)
      let low = index < half ? byte & 15 : byte >> 4
      let number = low | Int(high >> UInt32(index) & 1) << 4
      out[index] = scale * Float(number - offset)
    }
  }
}
