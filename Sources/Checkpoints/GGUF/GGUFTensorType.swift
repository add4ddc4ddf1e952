/// A number format of GGUF files: alone, or in blocks that share a scale.
///
/// Source: the list of types in ggml's `ggml.h`; the raw values are those of files.
package enum GGUFTensorType: UInt32, CaseIterable, Sendable {
  case f32 = 0
  case f16 = 1
  case q40 = 2
  case q41 = 3
  case q50 = 6
  case q51 = 7
  case q80 = 8
  case q81 = 9
  case q2K = 10
  case q3K = 11
  case q4K = 12
  case q5K = 13
  case q6K = 14
  case q8K = 15
  case iq2XXS = 16
  case iq2XS = 17
  case iq3XXS = 18
  case iq1S = 19
  case iq4NL = 20
  case iq3S = 21
  case iq2S = 22
  case iq4XS = 23
  case i8 = 24
  case i16 = 25
  case i32 = 26
  case i64 = 27
  case f64 = 28
  case iq1M = 29
  case bf16 = 30
  case tq10 = 34
  case tq20 = 35
  case mxfp4 = 39

  /// How files and programs write it, such as `Q4_K`.
  package var name: String { layout.name }

  /// How many numbers a block has; 1 for plain numbers.
  package var blockCount: Int { layout.count }

  /// The bytes of a block.
  package var blockBytes: Int { layout.bytes }

  /// The bytes of `count` numbers; nil when they are no whole number of blocks, or exceed 64 bits.
  package func byteCount(of count: Int) -> Int? {
    guard count >= 0, count % blockCount == 0 else { return nil }
    let (bytes, overflow) = (count / blockCount).multipliedReportingOverflow(by: blockBytes)
    return overflow ? nil : bytes
  }

  /// The name, the numbers of a block, and its bytes as the sizes of its parts.
  private var layout: (name: String, count: Int, bytes: Int) {
    switch self {
    case .f32: ("F32", 1, 4)
    case .f16: ("F16", 1, 2)
    case .q40: ("Q4_0", 32, 2 + 16)
    case .q41: ("Q4_1", 32, 2 + 2 + 16)
    case .q50: ("Q5_0", 32, 2 + 4 + 16)
    case .q51: ("Q5_1", 32, 2 + 2 + 4 + 16)
    case .q80: ("Q8_0", 32, 2 + 32)
    case .q81: ("Q8_1", 32, 2 + 2 + 32)
    case .q2K: ("Q2_K", 256, 16 + 64 + 2 + 2)
    case .q3K: ("Q3_K", 256, 32 + 64 + 12 + 2)
    case .q4K: ("Q4_K", 256, 2 + 2 + 12 + 128)
    case .q5K: ("Q5_K", 256, 2 + 2 + 12 + 32 + 128)
    case .q6K: ("Q6_K", 256, 128 + 64 + 16 + 2)
    case .q8K: ("Q8_K", 256, 4 + 256 + 32)
    case .iq2XXS: ("IQ2_XXS", 256, 2 + 64)
    case .iq2XS: ("IQ2_XS", 256, 2 + 64 + 8)
    case .iq3XXS: ("IQ3_XXS", 256, 2 + 64 + 32)
    case .iq1S: ("IQ1_S", 256, 2 + 32 + 16)
    case .iq4NL: ("IQ4_NL", 32, 2 + 16)
    case .iq3S: ("IQ3_S", 256, 2 + 64 + 32 + 8 + 4)
    case .iq2S: ("IQ2_S", 256, 2 + 64 + 16)
    case .iq4XS: ("IQ4_XS", 256, 2 + 2 + 128 + 4)
    case .i8: ("I8", 1, 1)
    case .i16: ("I16", 1, 2)
    case .i32: ("I32", 1, 4)
    case .i64: ("I64", 1, 8)
    case .f64: ("F64", 1, 8)
    case .iq1M: ("IQ1_M", 256, 32 + 16 + 8)
    case .bf16: ("BF16", 1, 2)
    case .tq10: ("TQ1_0", 256, 48 + 4 + 2)
    case .tq20: ("TQ2_0", 256, 64 + 2)
    case .mxfp4: ("MXFP4", 32, 1 + 16)
    }
  }
}
