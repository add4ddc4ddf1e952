import Serialization

/// A page of a list: `limit` elements after the one that `after` names.
struct Listing {
  private let after: String?
  private let limit: Int
  private let isAscending: Bool

  /// Reads what a request asks for; lists run from the newest to the oldest, or by `order` the other
  /// way round.
  init(
    _ request: APIRequest, limit usual: Int, upTo most: Int = 100
  ) throws(APIError) {
    after = request.parameter("after")
    if let text = request.parameter("limit") {
      guard let asked = Int(text), (1...most).contains(asked) else {
        throw .invalid("'limit' is from 1 to \(most), not '\(text)'.", param: "limit")
      }
      limit = asked
    } else {
      limit = usual
    }
    let order = request.parameter("order") ?? "desc"
    guard ["asc", "desc"].contains(order) else {
      throw .invalid("'order' is asc or desc, not '\(order)'.", param: "order")
    }
    isAscending = order == "asc"
  }

  /// The page of elements that are given from the oldest to the newest.
  func page<Element>(
    of all: [Element], id: (Element) -> String, _ json: (Element) -> JSONValue
  ) throws(APIError) -> JSONValue {
    let ordered = isAscending ? all : all.reversed()
    var start = 0
    if let after {
      guard let place = ordered.firstIndex(where: { id($0) == after }) else {
        throw .invalid("There is no '\(after)' in this list.", param: "after")
      }
      start = place + 1
    }
    let page = ordered[start...].prefix(limit)
    return [
      "object": "list", "data": .array(page.map(json)),
      "first_id": page.first.map { .string(id($0)) } ?? nil,
      "last_id": page.last.map { .string(id($0)) } ?? nil,
      "has_more": .bool(start + page.count < ordered.count),
    ]
  }
}
