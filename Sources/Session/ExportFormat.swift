import Checkpoints

/// A number format of `export gguf`.
package enum ExportFormat: String, CaseIterable, Sendable {
  case f32, f16, bf16
  case q8 = "q8_0"
  case q4 = "q4_0"
  case q4K = "q4_K"

  /// The type of matrices.
  var type: GGUFTensorType {
    switch self {
    case .f32: .f32
    case .f16: .f16
    case .bf16: .bf16
    case .q8: .q80
    case .q4: .q40
    case .q4K: .q4K
    }
  }

  /// The type of the table of tokens and of the head: where four bits are meant they get eight, since
  /// every token depends on them.
  var tableType: GGUFTensorType { isFourBits ? .q80 : type }

  private var isFourBits: Bool { self == .q4 || self == .q4K }

  /// llama.cpp's number of the format (`general.file_type`).
  var number: Int {
    switch self {
    case .f32: 0
    case .f16: 1
    case .q4: 2
    case .q8: 7
    case .q4K: 15
    case .bf16: 32
    }
  }

  /// How far a model exported in this format may be from itself.
  var replayLimit: ReplayLimit {
    switch self {
    case .f32: .float32
    case .f16: .float16
    case .bf16: .bfloat16
    case .q8: .bits8
    case .q4, .q4K: .bits4
    }
  }
}

/// A file that was exported.
package struct ExportedFile: Sendable {
  /// Where it is.
  package let path: String
  /// Its SHA-256.
  package let sha256: String
  /// Its size.
  package let byteCount: Int
  /// What is to be known of it.
  package var notes: [String]
}
