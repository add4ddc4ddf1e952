import Datasets
import Objectives
import Serialization

/// The kind of training that a job asks for.
enum JobMethod: String, CaseIterable, Hashable, Sendable {
  /// To write the answers of the rows.
  case supervised
  /// To prefer one answer of each row to another.
  case dpo

  /// What the API calls it.
  var name: String { rawValue }

  /// What is taught.
  var objective: ObjectiveKind {
    switch self {
    case .supervised: .supervised
    case .dpo: .dpo
    }
  }

  /// What its rows say of their answers.
  var rows: Example.Kind {
    switch self {
    case .supervised: .answers
    case .dpo: .preferences
    }
  }

  /// Reads `method` of a request; without one it is supervised.
  init(_ fields: Fields) throws(APIError) {
    guard let method = try fields.fields("method") else {
      self = .supervised
      return
    }
    let name = try method.neededText("type")
    guard let known = JobMethod(rawValue: name) else {
      let all = Self.allCases.map(\.name).joined(separator: " and ")
      throw .invalid(
        "The method '\(name)' is not supported by this server; \(all) are.", param: "method.type",
        code: "unsupported_method")
    }
    self = known
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
    var numbers = hyperparameters.fields
    if self == .dpo { numbers["beta"] = hyperparameters.beta.map { .number($0) } ?? "auto" }
    let own: JSONValue = ["hyperparameters": .object(numbers)]
    return .object(JSONObject([("type", .string(name)), (name, own)]))
  }
}
