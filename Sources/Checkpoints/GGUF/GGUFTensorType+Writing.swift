import Tensors

/// The types that are written, and how numbers become theirs.
extension GGUFTensorType {
  /// What rounds numbers to blocks of this type; nil for plain numbers and types that are only read.
  var quantizer: BlockQuantizer? {
    switch self {
    case .q80: .q80
    case .q40: .q40
    case .q50: .q50
    case .q4K: .q4K
    default: nil
    }
  }

  /// The elements `range` of a tensor in this type, one that is written.
  func encoded(_ range: Range<Int>, of tensor: Tensor) -> [UInt8] {
    if let dtype { return tensor.narrowed(range, to: dtype) }
    guard let quantizer else { preconditionFailure("\(name) is not written") }
    var bytes: [UInt8] = []
    tensor.device.withHostElements(of: tensor.elements(range)) {
      quantizer.append(UnsafeBufferPointer(rebasing: $0[...]), to: &bytes)
    }
    return bytes
  }

  /// The same type as it is called in safetensors files; nil for blocks.
  private var dtype: DType? {
    switch self {
    case .f32: .float32
    case .f16: .float16
    case .bf16: .bfloat16
    default: nil
    }
  }

  /// The type in which a matrix with rows of this length is written: as llama.cpp does it, one that
  /// cannot be cut into blocks of 256 goes into blocks of 32, and what these do not fit is float16.
  package func fitting(rowLength: Int) -> GGUFTensorType {
    if rowLength % blockCount == 0 { return self }
    return self == .q4K && rowLength % 32 == 0 ? .q50 : .f16
  }
}
