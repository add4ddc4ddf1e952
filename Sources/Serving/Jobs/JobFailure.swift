import Serialization

/// Why a job failed, as its `error` says.
struct JobFailure: Error, Hashable, Sendable {
  /// What programs tell failures apart by.
  let code: String
  /// What is wrong.
  let message: String
  /// The field of the request that is meant; nil for none.
  let param: String?

  /// As the API gives it.
  var json: JSONValue {
    [
      "code": .string(code), "message": .string(message), "param": param.map { .string($0) } ?? nil,
    ]
  }

  init(code: String, message: String, param: String? = nil) {
    (self.code, self.message, self.param) = (code, message, param)
  }

  /// Reads what ``json`` wrote; nil when nothing failed.
  init?(_ json: JSONValue?) {
    guard let code = json?["code"]?.string, let message = json?["message"]?.string else {
      return nil
    }
    self.init(code: code, message: message, param: json?["param"]?.string)
  }
}
