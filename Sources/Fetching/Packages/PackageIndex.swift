import Serialization

/// An index of Python packages: a page a package, with links to its files.
///
/// Source: PEP 503 for the page as HTML, PEP 691 for the same as JSON.
struct PackageIndex: Sendable {
  let client: HTTPClient
  /// Such as `https://pypi.org/simple`.
  let address: String

  /// Where a file of a package is.
  func place(of file: String, package: String) throws(FetchError) -> WebAddress {
    guard let page = WebAddress("\(address)/\(package.escapedForPath())/") else {
      throw .unreachable(address: address, detail: "PIP_INDEX_URL is no web address")
    }
    let request = HTTPClient.Request(
      address: page,
      headers: [(name: "Accept", value: "application/vnd.pypi.simple.v1+json, text/html;q=0.1")])
    let (answer, body) = try client.text(request)
    guard answer.reply.isSuccess else {
      throw .refused(address: page.text, status: answer.reply.status)
    }
    let isJSON = answer.reply.headers["content-type"]?.contains("json") == true
    let links = isJSON ? try Self.links(json: body, page) : Self.links(html: body)
    let found = links.lazy.compactMap { answer.address.following($0) }
      .first { $0.path.prefix { $0 != "?" }.split(separator: "/").last.map(String.init) == file }
    guard let found else {
      throw .unreadable(address: page.text, detail: "it does not have \(file)")
    }
    return found
  }

  private static func links(
    json: [UInt8], _ page: WebAddress
  ) throws(FetchError) -> [String] {
    do {
      let files = try JSONValue(parsing: json).object?["files"]?.array ?? []
      return files.compactMap { $0.object?["url"]?.string }
    } catch { throw .unreadable(address: page.text, detail: "\(error)") }
  }

  /// Where the page's links lead.
  private static func links(html: [UInt8]) -> [String] {
    let text = String(decoding: html, as: UTF8.self)
    return text.split(separator: "href=", omittingEmptySubsequences: false).dropFirst()
      .compactMap { rest -> String? in
        guard let quote = rest.first, quote == "\"" || quote == "'" else { return nil }
        return rest.dropFirst().prefix { $0 != quote }.split(separator: "&amp;")
          .joined(separator: "&")
      }
  }
}
