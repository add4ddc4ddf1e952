import Foundation
package import Serialization

/// A request, whatever carried it here.
package struct APIRequest: Sendable {
  /// `GET`, `POST` or `DELETE`.
  package let method: String
  /// The path, its escapes undone part by part.
  package let path: [String]
  /// The parameters after `?`, in order.
  package let query: [(name: String, value: String)]
  /// The headers, their names in small letters.
  package let headers: [String: String]
  /// The body; empty where there is none.
  package let body: [UInt8]

  /// Takes apart a path with a query, as the first line of a request has it.
  package init(
    method: String, target: String, headers: [String: String] = [:], body: [UInt8] = []
  ) {
    self.method = method
    self.headers = headers
    self.body = body
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = (parts.first ?? "").split(separator: "/").map { Self.plain(String($0)) }
    query = (parts.count > 1 ? parts[1] : "").split(separator: "&").map { pair in
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (Self.plain(String(sides[0])), sides.count > 1 ? Self.plain(String(sides[1])) : "")
    }
  }

  private static func plain(_ text: String) -> String {
    text.replacing("+", with: " ").removingPercentEncoding ?? text
  }

  /// The value of a parameter after `?`.
  func parameter(_ name: String) -> String? { query.first { $0.name == name }?.value }

  /// The body as a JSON object, to be read field by field.
  func fields() throws(APIError) -> Fields {
    let value: JSONValue
    do throws(JSONError) { value = try JSONValue(parsing: body) } catch {
      throw .notJSON("\(error.message) (byte \(error.offset))")
    }
    guard let object = value.object else { throw .notJSON("\(value.kind), not an object") }
    return Fields(object)
  }
}

/// What a request is answered with.
package enum APIReply: Sendable {
  /// A value.
  case json(JSONValue)
  /// Server-sent events, each a value, and `[DONE]` after the last where the API has it so.
  case events(AsyncThrowingStream<JSONValue, any Error>, hasDone: Bool)
  /// A file, read as it is sent; `isTemporary` ones are removed then.
  case file(path: String, type: String, name: String?, isTemporary: Bool = false)
  /// A text of a type.
  case text(String, type: String)
}
