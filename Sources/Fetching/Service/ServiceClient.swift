import Checkpoints
package import Execution
package import Serialization

/// Asks a fine-tuning service, by the API of OpenAI: uploads files, starts and watches jobs, and takes
/// away what they made.
package struct ServiceClient {
  private let client: HTTPClient
  private let root: String
  private let key: String?

  /// A client of the service that the environment names; it ends when `stop` is requested.
  package init(_ environment: FetchEnvironment, stop: StopFlag) {
    client = HTTPClient(stop: stop, certificates: environment.certificates)
    root = environment.service
    key = environment.serviceKey
  }

  /// Where it asks.
  package var address: String { root }

  /// Uploads a file of rows; gives what the service calls it.
  ///
  /// - Throws: ``FetchError/file(_:)``, ``FetchError/service(status:message:)``.
  package func upload(_ path: String, named name: String) throws(FetchError) -> String {
    let bytes: [UInt8]
    do throws(CheckpointError) {
      bytes = try OpenFile.contents(of: path, limit: 512 << 20)
    } catch { throw .file(error) }
    // A line that is not in the file.
    var edge = "tunebook-rows"
    while bytes.firstRange(of: Array(edge.utf8)) != nil { edge += "-" }
    let plain = name.filter { $0 != "\"" && $0 != "\\" && !$0.isNewline }
    let head =
      "--\(edge)\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nfine-tune\r\n"
      + "--\(edge)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(plain)\"\r\n"
      + "Content-Type: application/jsonl\r\n\r\n"
    let reply = try ask(
      "/files", body: Array(head.utf8) + bytes + Array("\r\n--\(edge)--\r\n".utf8),
      type: "multipart/form-data; boundary=\(edge)")
    return try text("id", of: reply)
  }

  /// Starts a job; gives it as the service has it.
  package func start(_ job: JSONObject) throws(FetchError) -> JSONValue {
    try ask("/fine_tuning/jobs", body: Array(JSONValue.object(job).text.utf8))
  }

  /// A job by its name, or the newest.
  ///
  /// - Throws: ``FetchError/service(status:message:)`` when there is none.
  package func job(_ id: String?) throws(FetchError) -> JSONValue {
    if let id { return try ask("/fine_tuning/jobs/" + id.escapedForPath(keeping: "")) }
    guard let newest = try ask("/fine_tuning/jobs?limit=1")["data"]?.array?.first else {
      throw .service(status: 404, message: "it has no jobs")
    }
    return newest
  }

  /// What happened to a job, at most the last `limit` events, the oldest first.
  package func events(of id: String, limit: Int) throws(FetchError) -> [JSONValue] {
    let path = "/fine_tuning/jobs/\(id.escapedForPath(keeping: ""))/events?limit=\(limit)"
    return (try ask(path)["data"]?.array ?? []).reversed()
  }

  /// Ends a job.
  package func cancel(_ id: String) throws(FetchError) -> JSONValue {
    try ask("/fine_tuning/jobs/\(id.escapedForPath(keeping: ""))/cancel", body: [])
  }

  /// Takes the adapter of a model away, into a folder that is not there or empty.
  ///
  /// - Returns: the names of the files.
  package func download(model: String, to folder: String) throws(FetchError) -> [String] {
    let path = "/models/\(model.escapedForPath(keeping: ":"))/weights?format=peft"
    let bytes = try fetch(request(path), limit: 4 << 30)
    let files: [TarFile]
    do throws(TarFault) { files = try TarFile.all(in: bytes) } catch {
      throw .notAService(address: root + path, detail: error.sentence)
    }
    do throws(CheckpointError) {
      try SavedFiles.write(files.map { ($0.name, $0.bytes) }, to: folder)
    } catch { throw .file(error) }
    return files.map(\.name)
  }

  // MARK: Asking

  private func request(_ path: String) throws(FetchError) -> HTTPClient.Request {
    guard let address = WebAddress(root + path) else {
      throw .notAService(address: root, detail: "that is no address of the web")
    }
    var request = HTTPClient.Request(address: address)
    request.secret = key.map { "Bearer " + $0 }
    request.takesRefusals = true
    return request
  }

  private func ask(
    _ path: String, body: [UInt8]? = nil, type: String = "application/json"
  ) throws(FetchError) -> JSONValue {
    var request = try request(path)
    request.body = body
    if body != nil { request.headers.append(("Content-Type", type)) }
    let bytes = try fetch(request, limit: 64 << 20)
    do throws(JSONError) { return try JSONValue(parsing: bytes) } catch {
      throw .notAService(address: root + path, detail: "its answer is no JSON")
    }
  }

  private func fetch(_ request: HTTPClient.Request, limit: Int) throws(FetchError) -> [UInt8] {
    let (answer, body) = try client.text(request, limit: limit)
    guard answer.reply.isSuccess else {
      let message = (try? JSONValue(parsing: body))?["error"]?["message"]?.string
      guard let message else {
        throw .refused(address: answer.address.text, status: answer.reply.status)
      }
      throw .service(status: answer.reply.status, message: message)
    }
    return body
  }

  private func text(_ key: String, of reply: JSONValue) throws(FetchError) -> String {
    guard let text = reply[key]?.string else {
      throw .notAService(address: root, detail: "its answer has no \(key)")
    }
    return text
  }
}
