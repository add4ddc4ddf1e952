import Foundation
import Serialization
import Session

/// Texts to be made vectors.
struct EmbeddingRequest: Sendable {
  /// The model's name.
  let model: String
  private let texts: [String]
  private let isBase64: Bool
  private let width: Int?

  /// The most texts in one request.
  private static let most = 2048

  /// Reads a request.
  init(_ fields: Fields) throws(APIError) {
    model = try fields.neededText("model")
    guard let texts = try fields.texts("input", limit: Self.most) else {
      throw fields.missing("input")
    }
    guard !texts.isEmpty, !texts.contains("") else {
      throw .invalid("'input' has an empty text, or none.", param: "input")
    }
    self.texts = texts
    let format = try fields.text("encoding_format") ?? "float"
    guard ["float", "base64"].contains(format) else {
      throw .invalid("'encoding_format' is float or base64.", param: "encoding_format")
    }
    isBase64 = format == "base64"
    width = try fields.integer("dimensions", 1...65_536)
  }

  /// The vectors in the API's shape.
  func reply(of model: ServedModel) throws -> JSONValue {
    var vectors: [[Float]]
    do throws(SessionError) {
      vectors = try model.inForce { () throws(SessionError) in try model.loaded.vectors(of: texts) }
    } catch { throw APIError.invalid("The texts have no vectors: \(error).", param: "input") }
    if let width, let whole = vectors.first?.count {
      guard width <= whole else {
        throw APIError.invalid(
          "'dimensions' is \(width), and the model's vectors have \(whole).", param: "dimensions")
      }
      vectors = vectors.map { Self.unit(Array($0.prefix(width))) }
    }
    let count = texts.reduce(0) { $0 + model.loaded.sentenceLength($1) }
    return [
      "object": "list", "model": .string(self.model),
      "data": .array(
        vectors.enumerated().map { index, vector in
          ["object": "embedding", "index": .integer(index), "embedding": json(vector)]
        }),
      "usage": ["prompt_tokens": .integer(count), "total_tokens": .integer(count)],
    ]
  }

  private func json(_ vector: [Float]) -> JSONValue {
    guard isBase64 else { return .array(vector.map { .number(Double($0)) }) }
    let bytes = vector.flatMap { value in
      (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
    }
    return .string(Data(bytes).base64EncodedString())
  }

  /// The vector of length 1 in the same direction.
  private static func unit(_ vector: [Float]) -> [Float] {
    let length = Float(vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot())
    return length > 0 ? vector.map { $0 / length } : vector
  }
}
