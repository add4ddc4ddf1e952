import Serialization

/// What the hub answers to questions about a repository.
struct HubClient: Sendable {
  let client: HTTPClient
  let environment: FetchEnvironment

  /// A repository at a moment.
  struct Listing: Sendable {
    /// The commit that the revision is at.
    let commit: String
    /// Its files.
    let names: [String]
  }

  /// A file of a commit.
  struct File: Sendable {
    /// What the cache calls its bytes.
    let tag: String
    /// Its size, where the hub tells it.
    let byteCount: Int?
    /// Where its bytes are.
    let request: HTTPClient.Request
  }

  /// Asks for the commit and files of a repository.
  func list(_ name: RepositoryName) throws(FetchError) -> Listing {
    var path = "/api/models/" + name.text.escapedForPath()
    if !name.isMain {
      path += "/revision/" + name.revision.escapedForPath(keeping: "")
    }
    let request = try request(path)
    let (answer, body) = try client.text(request)
    try refuse(answer.reply, at: request.address, of: name, file: nil)
    let address = request.address.text
    let object: JSONObject?
    do { object = try JSONValue(parsing: body).object } catch {
      throw .unreadable(address: address, detail: "\(error)")
    }
    guard let commit = object?["sha"]?.string, RepositoryName.isPath(commit),
      !commit.contains("/"), let siblings = object?["siblings"]?.array
    else { throw .unreadable(address: address, detail: "`sha` or `siblings` is missing") }
    // Names become paths here: those that would leave the folder are not asked for.
    let names = siblings.compactMap { $0.object?["rfilename"]?.string }
    return Listing(commit: commit, names: names.filter(RepositoryName.isPath))
  }

  /// Asks for the tag, size and place of a file.
  func file(
    _ file: String, at commit: String, of name: RepositoryName
  ) throws(FetchError) -> File {
    var request = try request(
      "/\(name.text.escapedForPath())/resolve/\(commit)/\(file.escapedForPath())")
    request.isHead = true
    request.staysAtHost = true
    request.headers.append((name: "Accept-Encoding", value: "identity"))
    let (address, reply) = try client.ask(request) { (_, _) throws(FetchError) in }
    if !reply.isRedirect { try refuse(reply, at: address, of: name, file: file) }
    guard let tag = (reply.headers["x-linked-etag"] ?? reply.headers["etag"]).map(Self.tag),
      RepositoryName.isPath(tag), !tag.contains("/")
    else { throw .unreadable(address: address.text, detail: "it has no ETag") }
    let size = reply.headers["x-linked-size"].flatMap(Int.init)
    var get = HTTPClient.Request(address: address, secret: request.secret)
    if let location = reply.headers["location"], reply.isRedirect {
      guard let elsewhere = address.following(location) else {
        throw .unreadable(address: address.text, detail: "it leads to \(quoted(location))")
      }
      get.secret = address.shares(secretsWith: elsewhere) ? request.secret : nil
      get.address = elsewhere
    }
    return File(
      tag: tag, byteCount: size ?? (reply.isRedirect ? nil : reply.byteCount), request: get)
  }

  /// A tag without the marks around it.
  private static func tag(_ text: String) -> String {
    String(text.hasPrefix("W/") ? text.dropFirst(2) : text[...]).filter { $0 != "\"" }
  }

  private func request(_ path: String) throws(FetchError) -> HTTPClient.Request {
    guard let address = WebAddress(environment.hub + path) else {
      throw .unreachable(address: environment.hub, detail: "HF_ENDPOINT is no web address")
    }
    return HTTPClient.Request(address: address, secret: environment.token.map { "Bearer \($0)" })
  }

  /// Throws what a refusal means.
  private func refuse(
    _ reply: HTTPReply, at address: WebAddress, of name: RepositoryName, file: String?
  ) throws(FetchError) {
    guard !reply.isSuccess else { return }
    let hasToken = environment.token != nil
    switch (reply.status, reply.headers["x-error-code"]) {
    case (_, "GatedRepo"), (403, _): throw .repository(name.text, .gated(hasToken: hasToken))
    case (_, "RevisionNotFound"): throw .repository(name.text, .noRevision(name.revision))
    case (_, "EntryNotFound"): throw .repository(name.text, .noFile(file ?? ""))
    // The hub says 401 for what is not there, so that nobody learns what is hidden.
    case (_, "RepoNotFound"), (401, _), (404, _):
      throw .repository(name.text, .missing(hasToken: hasToken))
    default: throw .refused(address: address.text, status: reply.status)
    }
  }
}
