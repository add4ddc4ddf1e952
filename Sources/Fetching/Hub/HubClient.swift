import Serialization

/// What the hub answers to questions about a repository.
struct HubClient: Sendable {
  let client: HTTPClient
  let environment: FetchEnvironment

  /// A repository at a moment.
  struct Listing: Sendable {
    /// The commit that the revision is at.
    let commit: String
    /// Its files, by their names.
    let files: [String: Entry]
  }

  /// A file of a listing.
  struct Entry: Sendable {
    /// What the cache calls its bytes; nil where the list does not tell.
    let tag: String?
    /// Its size, likewise.
    let byteCount: Int?
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

  /// Asks for the commit and files of a repository, and for the files' hashes and sizes with them.
  func list(_ name: RepositoryName) throws(FetchError) -> Listing {
    var path = "/api/models/" + name.text.escapedForPath()
    if !name.isMain {
      path += "/revision/" + name.revision.escapedForPath(keeping: "")
    }
    let request = try request(path + "?blobs=true")
    let (answer, body) = try client.text(request)
    if let refusal = refusal(answer.reply, at: request.address, of: name) { throw refusal }
    let address = request.address.text
    let object: JSONObject?
    do { object = try JSONValue(parsing: body).object } catch {
      throw .unreadable(address: address, detail: "\(error)")
    }
    guard let commit = object?["sha"]?.string, RepositoryName.isPath(commit),
      !commit.contains("/"), let siblings = object?["siblings"]?.array
    else { throw .unreadable(address: address, detail: "`sha` or `siblings` is missing") }
    var files: [String: Entry] = [:]
    for sibling in siblings {
      // Names become paths here: those that would leave the folder are not asked for.
      guard let name = sibling["rfilename"]?.string, RepositoryName.isPath(name) else { continue }
      files[name] = Entry(sibling)
    }
    return Listing(commit: commit, files: files)
  }

  /// Tells the tag, size and place of a file: by the list where it has them, else by asking.
  func file(
    _ file: String, in listing: Listing, of name: RepositoryName
  ) throws(FetchError) -> File {
    guard let entry = listing.files[file], let tag = entry.tag else {
      return try ask(for: file, at: listing.commit, of: name)
    }
    return File(
      tag: tag, byteCount: entry.byteCount,
      request: try request(for: file, at: listing.commit, name))
  }

  private func request(
    for file: String, at commit: String, _ name: RepositoryName
  ) throws(FetchError) -> HTTPClient.Request {
    try request("/\(name.text.escapedForPath())/resolve/\(commit)/\(file.escapedForPath())")
  }

  /// Asks for the tag, size and place of a file.
  private func ask(
    for file: String, at commit: String, of name: RepositoryName
  ) throws(FetchError) -> File {
    var request = try request(for: file, at: commit, name)
    request.isHead = true
    request.staysAtHost = true
    request.headers.append((name: "Accept-Encoding", value: "identity"))
    let (address, reply) = try client.ask(request) { (_, _) throws(FetchError) in }
    if !reply.isRedirect, let refusal = refusal(reply, at: address, of: name, file: file) {
      throw refusal
    }
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
    let stated = size ?? (reply.isRedirect ? nil : reply.byteCount)
    return File(tag: tag, byteCount: Self.possible(stated), request: get)
  }

  /// A size that a hub tells; nil where no file has it, as the sum of several such would not fit.
  fileprivate static func possible(_ byteCount: Int?) -> Int? {
    byteCount.flatMap { (0...1 << 50).contains($0) ? $0 : nil }
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

  /// What a refusal means; nil for a success.
  func refusal(
    _ reply: HTTPReply, at address: WebAddress, of name: RepositoryName, file: String? = nil
  ) -> FetchError? {
    guard !reply.isSuccess else { return nil }
    // Stores of large files have words of their own.
    guard address.host == WebAddress(environment.hub)?.host else {
      return .refused(address: address.text, status: reply.status)
    }
    let hasToken = environment.token != nil
    switch (reply.status, reply.headers["x-error-code"]) {
    case (_, "GatedRepo"), (403, _): return .repository(name.text, .gated(hasToken: hasToken))
    case (_, "RevisionNotFound"): return .repository(name.text, .noRevision(name.revision))
    case (_, "EntryNotFound"): return .repository(name.text, .noFile(file ?? ""))
    // The hub says 401 for what is not there, so that nobody learns what is hidden.
    case (_, "RepoNotFound"), (401, _), (404, _):
      return .repository(name.text, .missing(hasToken: hasToken))
    default: return .refused(address: address.text, status: reply.status)
    }
  }
}

extension HubClient.Entry {
  /// Reads a file of the list: large ones have the SHA-256 of their bytes, others the hash that git
  /// has, and both are the tags that the hub gives when it is asked for the file.
  fileprivate init(_ sibling: JSONValue) {
    let large = sibling["lfs"].flatMap { $0.isNull ? nil : $0 }
    let hash = large.map { $0["sha256"]?.string } ?? sibling["blobId"]?.string
    tag = hash.flatMap { Download.ExpectedHash(tag: $0) == nil ? nil : $0 }
    let size = large?["size"]?.int ?? sibling["size"]?.int
    byteCount = HubClient.possible(size)
  }
}
