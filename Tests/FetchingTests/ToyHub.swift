import Checkpoints
import Execution
import Fetching
import Foundation
import Synchronization
import TestSupport
import Testing

/// Reports an error of another kind than was expected.
func wrong(_ error: (any Error)?) { Issue.record("\(String(describing: error))") }

/// A hub with one repository, as huggingface_hub knows it: small files by their names in git, large
/// ones by their SHA-256 at another host.
final class ToyHub {
  static let commit = String(repeating: "c0", count: 20)
  let folder: TemporaryFolder
  let files: [String: [UInt8]]
  let server: ToyServer
  let store: ToyServer
  /// What the next replies of the store are to be: for servers that break off.
  let faults: Faults

  final class Faults: Sendable {
    private let replies = Mutex<[ToyServer.Reply]>([])
    var next: ToyServer.Reply? { replies.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
    func add(_ reply: ToyServer.Reply) { replies.withLock { $0.append(reply) } }
  }

  /// Makes a hub; `secret` is the token without which there is no such repository.
  init(
    _ files: [String: [UInt8]] = ToyHub.model, secret: String? = nil, gated: Bool = false,
    hasGatedFiles: Bool = false, listsHashes: Bool = true, statedSize: Int? = nil
  ) throws {
    let folder = try TemporaryFolder()
    let faults = Faults()
    let place = folder.path
    (self.folder, self.files, self.faults) = (folder, files, faults)
    let store = try ToyServer { request in
      if let fault = faults.next { return fault }
      let name = String(request.path.dropFirst("/store/".count))
      return ToyServer.Reply(body: files[name] ?? [])
    }
    self.store = store
    let host = store.address.replacingOccurrences(of: "127.0.0.1", with: "localhost")
    server = try ToyServer { request in
      if let secret, request.headers["authorization"] != "Bearer \(secret)" {
        return .init(status: 401, headers: ["X-Error-Code": "RepoNotFound"])
      }
      if gated { return .init(status: 403, headers: ["X-Error-Code": "GatedRepo"]) }
      let api = "/api/models/toy/wren"
      let path = String(request.path.prefix { $0 != "?" })
      if path == api || path == api + "/revision/v1.0%2Ffix" {
        let names = files.keys.sorted().map { name in
          guard listsHashes, request.path.hasSuffix("?blobs=true"), let body = files[name] else {
            return #"{"rfilename":"\#(name)"}"#
          }
          let tag = (try? Self.gitTag(body, in: place)) ?? ""
          let size = statedSize ?? body.count
          let large =
            Self.isLarge(name)
            ? #","lfs":{"sha256":"\#(ContentHash.of(body))","size":\#(size)}"# : ""
          return #"{"rfilename":"\#(name)","size":\#(size),"blobId":"\#(tag)"\#(large)}"#
        }
        let text = #"{"sha":"\#(Self.commit)","siblings":[\#(names.joined(separator: ","))]}"#
        return .init(body: Array(text.utf8))
      }
      if request.path.hasPrefix(api) {
        return .init(status: 404, headers: ["X-Error-Code": "RevisionNotFound"])
      }
      let start = "/toy/wren/resolve/\(Self.commit)/"
      guard request.path.hasPrefix(start),
        let body = files[String(request.path.dropFirst(start.count))]
      else { return .init(status: 404, headers: ["X-Error-Code": "RepoNotFound"]) }
      if hasGatedFiles { return .init(status: 403, headers: ["X-Error-Code": "GatedRepo"]) }
      let name = String(request.path.dropFirst(start.count))
      guard Self.isLarge(name) else {
        let tag = (try? Self.gitTag(body, in: place)) ?? ""
        return .init(headers: ["ETag": "\"\(tag)\"", "X-Repo-Commit": Self.commit], body: body)
      }
      return .init(
        status: 302,
        headers: [
          "Location": "\(host)/store/\(name)", "X-Linked-Size": "\(statedSize ?? body.count)",
          "X-Linked-Etag": "\"\(ContentHash.of(body))\"", "X-Repo-Commit": Self.commit,
        ])
    }
  }

  private static func isLarge(_ name: String) -> Bool {
    name.hasSuffix(".safetensors") || name.hasSuffix(".gguf")
  }

  private static func gitTag(_ body: [UInt8], in folder: String) throws -> String {
    let path = "\(folder)/blob-\(UUID().uuidString)"
    try Data(body).write(to: URL(filePath: path))
    return try ContentHash.gitBlob(at: path)
  }

  /// Files of a model, with a few that are not to be fetched.
  static let model: [String: [UInt8]] = [
    "config.json": Array(#"{"model_type":"llama"}"#.utf8), "tokenizer.json": Array("{}".utf8),
    "model.safetensors": (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) },
    "pytorch_model.bin": [1, 2, 3], "onnx/model.onnx": [4], "original/params.json": [5],
    "1_Pooling/config.json": Array("{\"a\":1}".utf8),
  ]

  func environment(_ more: [String: String] = [:]) -> FetchEnvironment {
    FetchEnvironment(
      ["HF_ENDPOINT": server.address + "/", "HF_HOME": folder.path]
        .merging(more) { $1 })
  }

  func get(
    _ variables: [String: String] = [:], of name: String = "toy/wren", revision: String? = nil,
    file: String? = nil, stop: StopFlag = StopFlag(),
    tell: @escaping (FetchProgress) -> Void = { _ in }
  ) throws -> FetchedModel {
    let repository = RepositoryName(name, revision: revision)
    guard let repository else { throw FetchError.badName(name) }
    return try Fetcher(environment(variables), stop: stop, tell: tell).get(repository, file: file)
  }

  var cache: String { folder.path + "/hub/models--toy--wren" }
}
