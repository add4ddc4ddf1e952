import Checkpoints
import Execution
import Foundation
import TestSupport
import Testing

@testable import Fetching

@Suite("Models in packages", .serialized) struct PackageTests {
  /// An archive of two members, one stored and one deflated, made by Python's zipfile.
  static let archive = [UInt8](
    Data(
      base64Encoded:
        "UEsDBBQAAAAAAAAAIVwCizycCQAAAAkAAAAPAAAAdG95L19faW5pdF9fLnB5IyBzdG9yZWQKUEsDBBQA"
        + "AAAIAAAAIVzmKKBMFwAAAEAGAAANAAAAdG95L3dyZW4uZ2d1ZitPzUzPKClWKB+lR+lRepQepUdpEmgA"
        + "UEsBAhQDFAAAAAAAAAAhXAKLPJwJAAAACQAAAA8AAAAAAAAAAAAAAIABAAAAAHRveS9fX2luaXRfXy5w"
        + "eVBLAQIUAxQAAAAIAAAAIVzmKKBMFwAAAEAGAAANAAAAAAAAAAAAAACAATYAAAB0b3kvd3Jlbi5nZ3Vm"
        + "UEsFBgAAAAACAAIAeAAAAHgAAAAAAA=="
    ) ?? Data())
  static let text = String(repeating: "weights ", count: 200)

  private func model(_ archive: [UInt8], fileHash: String? = nil) -> KnownModel {
    KnownModel(
      name: "wren", summary: "a toy", package: "toy-wren", archive: "toy_wren-1.0-py3-none-any.whl",
      archiveHash: ContentHash.of(archive), archiveByteCount: archive.count,
      member: "toy/wren.gguf", file: "wren.gguf",
      fileHash: fileHash ?? ContentHash.of(Array(Self.text.utf8)),
      fileByteCount: Self.text.utf8.count)
  }

  private func server(json: Bool, _ archive: [UInt8] = PackageTests.archive) throws -> ToyServer {
    try ToyServer { request in
      switch request.path {
      case "/simple/toy-wren/" where json:
        let text =
          #"{"files":[{"url":"../../files/a.whl"},{"url":"../../files/toy_wren-1.0-py3-none-any.whl"}]}"#
        return .init(
          headers: ["Content-Type": "application/vnd.pypi.simple.v1+json"], body: Array(text.utf8))
      case "/simple/toy-wren/":
        let text =
          ##"<a href="/files/toy_wren-1.0-py3-none-any.whl?a=1&amp;b=2#sha256=00">toy</a>"##
        return .init(headers: ["Content-Type": "text/html"], body: Array(text.utf8))
      case "/files/toy_wren-1.0-py3-none-any.whl", "/files/toy_wren-1.0-py3-none-any.whl?a=1&b=2":
        return .init(body: archive)
      default: return .init(status: 404)
      }
    }
  }

  private func fetcher(_ server: ToyServer, _ folder: TemporaryFolder) -> Fetcher {
    let variables = ["PIP_INDEX_URL": server.address + "/simple", "FT_MODELS": folder.path]
    return Fetcher(FetchEnvironment(variables), stop: StopFlag()) { _ in }
  }

  @Test("a member is fetched, checked and taken out", arguments: [true, false])
  func getting(json: Bool) throws {
    let (folder, server) = (try TemporaryFolder(), try server(json: json))
    let model = try fetcher(server, folder).get(model(Self.archive))
    #expect(try FileManager.default.contentsOfDirectory(atPath: model.folder) == ["wren.gguf"])
    #expect(try String(contentsOfFile: model.folder + "/wren.gguf", encoding: .utf8) == Self.text)
    let asked = server.requests.count
    #expect(try fetcher(server, folder).get(self.model(Self.archive)).fetchedByteCount == 0)
    #expect(server.requests.count == asked)
  }

  @Test("a stored member is taken out as it is")
  func stored() throws {
    let folder = try TemporaryFolder()
    try folder.put("a.zip", Self.archive)
    var bytes: [UInt8] = []
    try ZipArchive(path: folder.path + "/a.zip").extract("toy/__init__.py") {
      (piece) throws(FetchError) in bytes += piece
    }
    #expect(String(decoding: bytes, as: UTF8.self) == "# stored\n")
  }

  @Test("another archive or another member is refused, and nothing stays")
  func otherBytes() throws {
    let folder = try TemporaryFolder()
    var damaged = Self.archive
    damaged[60] ^= 1
    for (sent, hash) in [(damaged, nil), (Self.archive, String(repeating: "0", count: 64))] {
      let server = try server(json: true, sent)
      let error = #expect(throws: FetchError.self) {
        try fetcher(server, folder).get(model(Self.archive, fileHash: hash))
      }
      guard case .otherBytes = error else { return wrong(error) }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/wren") == [])
    }
  }

  @Test("no archive makes the reader fail otherwise than by an error")
  func damagedArchives() throws {
    let folder = try TemporaryFolder()
    for place in Self.archive.indices {
      for change: UInt8 in [0x01, 0x80, 0xff] {
        var bytes = Self.archive
        bytes[place] ^= change
        try folder.put("a.zip", bytes)
        // Either it is read, or an error says why not.
        _ = try? ZipArchive(path: folder.path + "/a.zip").extract("toy/wren.gguf") {
          (_) throws(FetchError) in
        }
      }
    }
    for count in stride(from: 0, to: Self.archive.count, by: 7) {
      try folder.put("a.zip", Array(Self.archive.prefix(count)))
      #expect(throws: FetchError.self) {
        try ZipArchive(path: folder.path + "/a.zip").extract("toy/wren.gguf") {
          (_) throws(FetchError) in
        }
      }
    }
  }
}
