import Serialization

/// The kind of training that a job asks for.
enum JobMethod: Hashable, Sendable {
  /// To write the answers of the rows.
  case supervised

  /// What the API calls it.
  var name: String {
    switch self {
    case .supervised: "supervised"
    }
  }

  /// Reads `method` of a request; without one it is supervised.
  init(_ fields: Fields) throws(APIError) {
    guard let method = try fields.fields("method") else {
      self = .supervised
      return
    }
    switch try method.neededText("type") {
    case "supervised": self = .supervised
    case let other:
      throw .invalid(
        "The method '\(other)' is not supported by this server; supervised is.",
        param: "method.type", code: "unsupported_method")
    }
  }

  /// Where the numbers are in a request: in the method, or, as clients of earlier days write it, beside
  /// it.
  static func hyperparameters(_ fields: Fields) throws(APIError) -> Fields? {
    guard let method = try fields.fields("method"), let type = try method.text("type") else {
      return try fields.fields("hyperparameters")
    }
    return try method.fields(type)?.fields("hyperparameters")
  }

  /// As the API gives it.
  func json(_ hyperparameters: Hyperparameters) -> JSONValue {
    let own: JSONValue = ["hyperparameters": hyperparameters.json]
    return .object(JSONObject([("type", .string(name)), (name, own)]))
  }
}
