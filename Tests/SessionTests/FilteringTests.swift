import Datasets
import Session
import TestSupport
import Testing

@Suite("Rows left out without a command") struct FilteringTests {
  /// Rows of one array have one line; each that says the same is told from the others all the same.
  @Test("of equal rows one stays, in one line too", arguments: ["rows.jsonl", "rows.json"])
  func duplicates(file: String) async throws {
    let rows = ["a", "b", "a", "c", "a", "b"].map { #"{"text":"\#($0)"}"# }
    let isArray = file.hasSuffix(".json")
    let text = isArray ? "[\(rows.joined(separator: ","))]" : rows.joined(separator: "\n")
    let folder = try TemporaryFolder()
    try folder.put(file, Array(text.utf8))
    let data = try LoadedData(
      name: "rows", dataset: try DatasetFile().load(path: folder.path + "/" + file),
      ratios: [1, 1], seed: 0)
    let session = Session(resources: Resources(executable: "", home: nil), show: { _ in })
    let kept = try await session.dropDuplicates(of: data, part: nil, as: nil)
    #expect((kept.train + kept.dev).flatMap(\.texts).sorted() == ["a", "b", "c"])
  }
}
