import Foundation
import Session

extension Route {
  /// The page for people.
  static let page: [Route] = [
    Route("GET", "/") { service, _, _ in
      guard let home = service.catalog.resources.home,
        let page = FileManager.default.contents(atPath: home + "/stdlib/serve/index.html")
      else { throw APIError.notFound("page", "stdlib/serve/index.html") }
      return .text(String(decoding: page, as: UTF8.self), type: "text/html; charset=utf-8")
    }
  ]
}
