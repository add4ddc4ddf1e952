import Checkpoints
import Execution
import Fetching
import Foundation
import Reporting
import TestSupport
import Testing

@Suite("Models of the hub", .serialized) struct HubTests {
  @Test("files lie in the cache as huggingface_hub lays them out, and no other is fetched")
  func layout() throws {
    let hub = try ToyHub()
    let model = try hub.get()
    let snapshot = hub.cache + "/snapshots/" + ToyHub.commit
    #expect(model.folder == snapshot)
    #expect(model.revision == ToyHub.commit)
    let manager = FileManager.default
    let names = try manager.subpathsOfDirectory(atPath: snapshot).sorted()
    #expect(
      names == [
        "1_Pooling", "1_Pooling/config.json", "config.json", "model.safetensors", "tokenizer.json",
      ])
    for name in names where name != "1_Pooling" {
      #expect(
        try Data(contentsOf: URL(filePath: snapshot + "/" + name)).elementsEqual(
          hub.files[name] ?? []))
    }
    let hash = ContentHash.of(hub.files["model.safetensors"] ?? [])
    #expect(
      try manager.destinationOfSymbolicLink(atPath: snapshot + "/model.safetensors")
        == "../../blobs/" + hash)
    #expect(
      try manager.destinationOfSymbolicLink(atPath: snapshot + "/1_Pooling/config.json")
        .hasPrefix("../../../blobs/"))
    #expect(try String(contentsOfFile: hub.cache + "/refs/main", encoding: .utf8) == ToyHub.commit)
    #expect(model.byteCount == model.fetchedByteCount)
  }

  @Test("what is there is not fetched again")
  func again() throws {
    let hub = try ToyHub()
    let first = try hub.get()
    let asked = hub.server.requests.count
    let second = try hub.get()
    #expect(second.fetchedByteCount == 0)
    #expect(second.byteCount == first.byteCount)
    #expect(hub.server.requests.count == asked + 1, "the list alone")
  }

  @Test(
    "hashes and sizes come with the list, and each file is asked for once",
    arguments: [true, false])
  func requests(listsHashes: Bool) throws {
    let hub = try ToyHub(listsHashes: listsHashes)
    let model = try hub.get()
    let methods = hub.server.requests.map(\.method)
    #expect(methods.count { $0 == "HEAD" } == (listsHashes ? 0 : 4))
    #expect(methods.count { $0 == "GET" } == (listsHashes ? 5 : 4))
    // The tags are the same either way, and so are the names in the cache.
    let link = try FileManager.default.destinationOfSymbolicLink(
      atPath: model.folder + "/model.safetensors")
    #expect(link == "../../blobs/" + ContentHash.of(hub.files["model.safetensors"] ?? []))
  }

  @Test("a hub that tells sizes which no file has is not believed", arguments: [true, false])
  func sizes(listsHashes: Bool) throws {
    let byteCount = try ToyHub().get().byteCount
    for size in [Int.max, -1] {
      let hub = try ToyHub(listsHashes: listsHashes, statedSize: size)
      #expect(try hub.get().byteCount == byteCount)
    }
  }

  @Test("files whose terms were not accepted are refused as such, though they are listed")
  func gatedFiles() throws {
    let hub = try ToyHub(hasGatedFiles: true)
    let error = #expect(throws: FetchError.self) { try hub.get() }
    guard case .repository(_, .gated) = error else { return wrong(error) }
  }

  @Test("a fetch that broke off goes on where it ended", arguments: [1, 150_000, 299_999])
  func resuming(count: Int) throws {
    let hub = try ToyHub()
    let body = hub.files["model.safetensors"] ?? []
    hub.faults.add(.init(body: body, breaksAfter: count))
    _ = try hub.get()
    let ranges = hub.store.requests.map { $0.headers["range"] }
    #expect(ranges == [nil, "bytes=\(count)-"])
  }

  @Test("a server that does not know ranges is read from the start")
  func noRanges() throws {
    let hub = try ToyHub()
    let body = hub.files["model.safetensors"] ?? []
    hub.faults.add(.init(body: body, breaksAfter: 1000))
    hub.faults.add(.init(headers: ["no-ranges": "1"], body: body))
    let model = try hub.get()
    #expect(
      try Data(contentsOf: URL(filePath: model.folder + "/model.safetensors")).elementsEqual(body))
  }

  @Test("other bytes than announced are thrown away")
  func damaged() throws {
    let hub = try ToyHub()
    var body = hub.files["model.safetensors"] ?? []
    body[1234] ^= 1
    hub.faults.add(.init(body: body))
    let error = #expect(throws: FetchError.self) { try hub.get() }
    guard case .otherBytes(let name, _, _) = error else {
      return wrong(error)
    }
    #expect(name == "model.safetensors")
    let left = try FileManager.default.contentsOfDirectory(atPath: hub.cache + "/blobs")
    #expect(!left.contains { $0.hasSuffix(".incomplete") })
    #expect(throws: Never.self) { try hub.get() }
  }

  @Test("a stop keeps what came")
  func stopping() throws {
    let hub = try ToyHub()
    let stop = StopFlag()
    let error = #expect(throws: FetchError.self) {
      try hub.get(stop: stop) { if $0.name == "model.safetensors" { stop.request() } }
    }
    guard case .stopped = error else { return wrong(error) }
    let left = try FileManager.default.contentsOfDirectory(atPath: hub.cache + "/blobs")
    #expect(left.contains { $0.hasSuffix(".incomplete") })
    let model = try hub.get()
    #expect(model.fetchedByteCount > 0)
  }

  @Test("the token goes to the hub, and to no other host")
  func token() throws {
    let hub = try ToyHub(secret: "hf_toy")
    let without = #expect(throws: FetchError.self) { try hub.get() }
    guard case .repository(_, .missing(hasToken: false)) = without else {
      return wrong(without)
    }
    _ = try hub.get(["HF_TOKEN": "hf_toy\n"])
    #expect(hub.store.requests.allSatisfy { $0.headers["authorization"] == nil })
    #expect(!hub.store.requests.isEmpty)
  }

  @Test("the token may lie in its file")
  func tokenFile() throws {
    let hub = try ToyHub(secret: "hf_file")
    try hub.folder.put("token", Array("hf_file\n".utf8))
    #expect(throws: Never.self) { try hub.get() }
  }

  @Test("terms that were not accepted are told")
  func gated() throws {
    let error = #expect(throws: FetchError.self) { try ToyHub(gated: true).get() }
    guard case .repository("toy/wren", .gated(hasToken: false)) = error else {
      return wrong(error)
    }
  }

  @Test("revisions are escaped, noted and refused by name")
  func revisions() throws {
    let hub = try ToyHub()
    let model = try hub.get(revision: "v1.0/fix")
    #expect(model.name == "toy/wren@v1.0/fix")
    #expect(
      try String(contentsOfFile: hub.cache + "/refs/v1.0/fix", encoding: .utf8) == ToyHub.commit)
    let error = #expect(throws: FetchError.self) { try hub.get(revision: "none") }
    guard case .repository(_, .noRevision("none")) = error else {
      return wrong(error)
    }
  }

  @Test("offline, or without a way to the hub, what was fetched is there")
  func offline() throws {
    let hub = try ToyHub()
    let offline = ["HF_HUB_OFFLINE": "1"]
    let error = #expect(throws: FetchError.self) { try hub.get(offline) }
    guard case .offline("HF_HUB_OFFLINE") = error else {
      return wrong(error)
    }
    let asked = hub.server.requests.count
    _ = try hub.get()
    let requests = hub.server.requests.count
    #expect(requests > asked)
    let kept = try hub.get(["TRANSFORMERS_OFFLINE": "yes"])
    #expect(kept.fallback != nil && kept.fetchedByteCount == 0)
    #expect(hub.server.requests.count == requests, "nobody was asked")
    let away = try hub.get(["HF_ENDPOINT": "http://127.0.0.1:9"])
    #expect(away.folder == kept.folder)
  }

  @Test("of several GGUF files one has to be chosen")
  func choice() throws {
    let hub = try ToyHub([
      "wren-q4_0.gguf": [1, 2], "wren-q8_0.gguf": [3, 4, 5], "README.md": [6],
    ])
    let error = #expect(throws: FetchError.self) { try hub.get() }
    guard case .repository(_, .choice(let files)) = error else {
      return wrong(error)
    }
    #expect(files == ["wren-q4_0.gguf", "wren-q8_0.gguf"])
    let model = try hub.get(file: "wren-q8_0.gguf")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: model.folder) == ["wren-q8_0.gguf"])
  }

  @Test("pickled weights are not fetched")
  func pickles() throws {
    let hub = try ToyHub(["config.json": [1], "pytorch_model.bin": [2]])
    let error = #expect(throws: FetchError.self) { try hub.get() }
    guard case .repository(_, .noModel(pickles: true)) = error else {
      return wrong(error)
    }
  }

  @Test("a name that leads out of the folder is not followed")
  func escapes() throws {
    var files = ToyHub.model
    files["../../../evil.json"] = [1]
    files["/etc/evil.json"] = [1]
    let model = try ToyHub(files).get()
    #expect(!FileManager.default.fileExists(atPath: model.folder + "/../../../evil.json"))
  }

  @Test(
    "no repository is called so",
    arguments: [
      "", "a/b/c", "a//b", "../x", "a/..", "a/b--c", "-a/b", "a/b c", "a/b@", "a/b@../x", "é/b",
    ])
  func names(name: String) { #expect(RepositoryName(name) == nil) }

  @Test("errors say what to type", arguments: ["toy/none", "toy/wren"])
  func errors(name: String) throws {
    let hub = try ToyHub()
    let error = #expect(throws: FetchError.self) { try hub.get(of: name, revision: "nowhere") }
    #expect(error?.diagnostic.hints.isEmpty == false)
  }
}
