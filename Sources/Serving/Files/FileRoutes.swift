import Serialization

extension Route {
  /// Uploading files, and looking at them.
  static let files: [Route] = [
    Route("POST", "/v1/files") { service, request, _ in
      let form = try MultipartForm(request.body, contentType: request.headers["content-type"])
      let purposes = StoredFile.Purpose.uploaded
      guard let text = form.text("purpose") else { throw Fields([:]).missing("purpose") }
      guard let purpose = StoredFile.Purpose(rawValue: text), purposes.contains(purpose) else {
        let known = purposes.map(\.rawValue).joined(separator: ", ")
        throw APIError.invalid("'\(text)' is not one of \(known).", param: "purpose")
      }
      guard let part = form.file("file") else { throw Fields([:]).missing("file") }
      try TrainingFile.checkLines(part.bytes)
      let file = try await service.files.add(
        part.bytes, name: String((part.fileName ?? "file.jsonl").suffix(255)), purpose: purpose,
        secondsToLive: try secondsToLive(form))
      return .json(file.json)
    },
    Route("GET", "/v1/files") { service, request, _ in
      let asked = request.parameter("purpose")
      let files = await service.files.all.filter { asked == nil || $0.purpose.rawValue == asked }
      let listing = try Listing(request, limit: 10_000, upTo: 10_000)
      return .json(try listing.page(of: files, id: \.id, \.json))
    },
    Route("GET", "/v1/files/{id}") { service, _, names in
      .json(try await service.files.file(names[0]).json)
    },
    Route("GET", "/v1/files/{id}/content") { service, _, names in
      let file = try await service.files.file(names[0])
      return .file(
        path: service.files.path(of: file),
        type: file.purpose == .results ? "text/csv" : "application/jsonl", name: file.name)
    },
    Route("DELETE", "/v1/files/{id}") { service, _, names in
      try await service.files.remove(names[0])
      return .json(["id": .string(names[0]), "object": "file", "deleted": true])
    },
  ]

  /// After how many seconds an uploaded file goes; nil for never.
  private static func secondsToLive(_ form: MultipartForm) throws(APIError) -> Int? {
    guard let text = form.text("expires_after[seconds]") else { return nil }
    let range = 3600...2_592_000
    guard form.text("expires_after[anchor]") == "created_at", let seconds = Int(text),
      range.contains(seconds)
    else {
      throw .invalid(
        "'expires_after' has the anchor created_at and 3600 to 2592000 seconds.",
        param: "expires_after")
    }
    return seconds
  }
}
