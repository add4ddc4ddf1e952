import Serialization

extension Route {
  /// The models that answer.
  static let models: [Route] = [
    Route("GET", "/v1/models") { service, _, _ in
      .json(["object": "list", "data": .array(service.catalog.all.map(\.json))])
    },
    Route("GET", "/v1/models/{name}") { service, _, names in
      .json(try service.catalog.entry(names[0]).json)
    },
    Route("GET", "/v1/models/{name}/weights") { service, request, names in
      try await WeightsDownload(try service.catalog.entry(names[0]), request).reply(service.options)
    },
    Route("GET", "/v1/models/{org}/{name}") { service, _, names in
      .json(try service.catalog.entry(names.joined(separator: "/")).json)
    },
    Route("DELETE", "/v1/models/{name}") { service, _, names in
      let entry = try service.catalog.entry(names[0])
      guard entry.isTrained else {
        throw APIError.invalid("Only models that jobs made can be deleted.", param: "model")
      }
      try await service.jobs.removeModel(names[0])
      return .json(["id": .string(names[0]), "object": "model", "deleted": true])
    },
  ]
}

extension ModelCatalog.Entry {
  /// As the API gives it.
  var json: JSONValue {
    [
      "id": .string(name), "object": "model", "created": .integer(createdAt),
      "owned_by": .string(isTrained ? Job.organization : "tunebook"),
    ]
  }
}
