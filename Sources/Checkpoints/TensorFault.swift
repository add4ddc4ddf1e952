/// What is wrong with one entry of a safetensors header.
package enum TensorFault: Hashable, Sendable {
  case badName(reason: String)
  case notAnObject(found: String)
  case unknownField(String)
  case missingField(String)
  case unknownType(String)
  case badShape(String)
  case shapeTooLarge([Int])
  case badOffsets(String)
  case pastEnd(end: Int, dataByteCount: Int)
  case wrongByteCount(type: String, shape: [Int], expected: Int, found: Int)
  case overlaps(other: String, begin: Int, otherEnd: Int)
  case hole(begin: Int, previousEnd: Int)
}

extension TensorFault {
  /// The rest of a sentence that begins with the tensor's name.
  var message: String {
    switch self {
    case .badName(let reason): "has a name that \(reason)"
    case .notAnObject(let found): "is described by \(found) instead of an object"
    case .unknownField(let field): "has an unknown field `\(shown(field))`"
    case .missingField(let field): "has no `\(field)`"
    case .unknownType(let type): "has the unknown dtype \(shown(type))"
    case .badShape(let text): "has the shape \(shown(text)) instead of whole numbers of 0 or more"
    case .shapeTooLarge(let shape):
      "has the shape \(shape), whose byte count exceeds 64 bits or is not whole"
    case .badOffsets(let text):
      "has the data_offsets \(shown(text)) instead of two whole numbers, begin and end"
    case .pastEnd(let end, let count): "ends at byte \(end) of the data, which has \(count)"
    case .wrongByteCount(let type, let shape, let expected, let found):
      "of dtype \(type) and shape \(shape) needs \(expected) bytes but has \(found)"
    case .overlaps(let other, let begin, let otherEnd):
      "begins at byte \(begin) of the data, inside `\(shown(other))`, which ends at \(otherEnd)"
    case .hole(let begin, let previousEnd):
      "begins at byte \(begin) of the data, but what is before it ends at \(previousEnd)"
    }
  }
}
