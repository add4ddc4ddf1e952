import Tensors

/// The tensors of a model's folder by name, whichever file each is in.
struct TensorFiles: Sendable {
  /// Each tensor's file.
  let owners: [String: Safetensors]

  /// A tensor, unread.
  func entry(_ name: String) -> Safetensors.Entry? { owners[name]?.entry(named: name) }

  /// A tensor that has to be there, with its file.
  private func found(
    _ name: String
  ) throws(CheckpointError) -> (file: Safetensors, entry: Safetensors.Entry) {
    guard let file = owners[name], let entry = file.entry(named: name) else {
      throw .missingTensor(name: name, path: owners.values.first?.path ?? "")
    }
    return (file, entry)
  }

  /// The bytes of a tensor as they lie in its file.
  func bytes(_ name: String) throws(CheckpointError) -> [UInt8] {
    let (file, entry) = try found(name)
    return try file.bytes(of: entry)
  }

  /// Some of the bytes of a tensor, counted from its first.
  func bytes(_ name: String, _ range: Range<Int>) throws(CheckpointError) -> [UInt8] {
    let (file, entry) = try found(name)
    return try file.bytes(range, of: entry)
  }

  /// The numbers of a tensor, of any type of floating-point numbers.
  func numbers(_ name: String) throws(CheckpointError) -> [Float] {
    let (file, entry) = try found(name)
    if let dtype = DType(rawValue: entry.type) {
      return try file.numbers(0..<entry.bytes.count / dtype.byteCount, of: entry, dtype)
    }
    guard let table = Float8.table(of: entry.type) else {
      throw .unsupportedType(tensor: name, path: file.path, type: entry.type)
    }
    return try file.bytes(of: entry).map { table[Int($0)] }
  }

  /// The whole numbers of a tensor of I32, U32 or I64.
  func integers(_ name: String) throws(CheckpointError) -> [Int] {
    let (file, entry) = try found(name)
    let width: Int
    switch entry.type {
    case "I32", "U32": width = 4
    case "I64": width = 8
    default: throw .unsupportedType(tensor: name, path: file.path, type: entry.type)
    }
    let isSigned = entry.type != "U32"
    return try file.bytes(of: entry).withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: width).map { place in
        // Safety: the header's check made the byte count a multiple of the width.
        if width == 8 {
          return Int(bytes.loadUnaligned(fromByteOffset: place, as: Int64.self))
        }
        let word = bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)
        return isSigned ? Int(Int32(bitPattern: word)) : Int(word)
      }
    }
  }

  /// Refuses a tensor of another shape; returns the shape.
  func check(
    _ name: String, hasShape expected: [Int]
  ) throws(CheckpointError) {
    let (file, entry) = try found(name)
    guard entry.shape == expected else {
      throw .wrongShape(tensor: name, path: file.path, found: entry.shape, expected: expected)
    }
  }

  /// Refuses a tensor of another type.
  func check(_ name: String, isOf type: String) throws(CheckpointError) {
    let (file, entry) = try found(name)
    guard entry.type == type else {
      throw .unsupportedType(tensor: name, path: file.path, type: entry.type)
    }
  }

  /// The shape of a matrix that has to be there.
  func matrixShape(_ name: String) throws(CheckpointError) -> (rows: Int, columns: Int) {
    let (file, entry) = try found(name)
    guard entry.shape.count == 2 else {
      throw .wrongShape(tensor: name, path: file.path, found: entry.shape, expected: [0, 0])
    }
    return (entry.shape[0], entry.shape[1])
  }
}
