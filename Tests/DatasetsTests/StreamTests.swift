import Foundation
import TestSupport
import Testing

@testable import Datasets

/// JSON Lines read block by block are what they are when they are read whole.
@Suite("Files read in blocks") struct StreamTests {
  private static let lines = MalformedFile.all.filter { $0.name == "rows.jsonl" }

  @Test("rows, faults and places are the same", arguments: lines)
  func same(file: MalformedFile) throws {
    // Long enough for several blocks.
    let once = try file.bytes() + [TextLines.lineFeed]
    let bytes = [[UInt8]](repeating: once, count: 5_000 / once.count + 2).flatMap { $0 }
    let folder = try TemporaryFolder()
    try folder.put("rows.jsonl", bytes)
    for policy in [DatasetFile.BadRowPolicy.refuse, .skip] {
      var options = file.options
      options.badRows = policy
      let reader = DatasetFile(options)
      let whole = Result { try reader.parse(bytes, name: "rows.jsonl") }
      let streamed = Result {
        try reader.load(path: folder.path + "/rows.jsonl", blockSize: 1000) { _ in }
      }
      switch (whole, streamed) {
      case (.success(let one), .success(let other)): #expect(one == other)
      case (.failure(let one), .failure(let other)):
        #expect(one as? DatasetError == other as? DatasetError)
      default: Issue.record("\(whole) \(streamed)")
      }
    }
  }

  @Test("the share that was read rises to one") func progress() throws {
    let folder = try TemporaryFolder()
    let row = Array("{\"text\":\"some words\"}\n".utf8)
    try folder.put("rows.jsonl", [[UInt8]](repeating: row, count: 20_000).flatMap { $0 })
    var shares: [Double] = []
    let dataset = try DatasetFile().load(path: folder.path + "/rows.jsonl", blockSize: 50_000) {
      shares.append($0)
    }
    #expect(dataset.examples.count == 20_000 && dataset.examples.last?.line == 20_000)
    #expect(shares == shares.sorted() && shares.last == 1 && shares.count > 5)
  }
}
