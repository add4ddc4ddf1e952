import Benchmarks
import Datasets
import Foundation
import Reporting
import TestSupport
import Testing

@Suite("Rows of token ids") struct TokenRowsTests {
  private func read(_ text: String) throws -> [[Bool]] {
    let folder = try TemporaryFolder()
    let path = folder.path + "/rows.jsonl"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return try TokenRows.read(path, vocabularySize: 10, maximumLength: 4).map(\.lossMask)
  }

  @Test("are a line each, with a mask or without")
  func lines() throws {
    let text = """
      {"input_ids":[1,2,3],"completion_mask":[0,0,1]}

      {"input_ids":[9,0]}
      """
    #expect(try read(text) == [[false, false, true], [true, true]])
  }

  @Test(
    "that are none are refused by their line",
    arguments: [
      #"{"input_ids":[1,2"#, #"{"ids":[1,2]}"#, #"{"input_ids":[1]}"#,
      #"{"input_ids":[1,2,3,4,5]}"#, #"{"input_ids":[1,10]}"#, #"{"input_ids":[1,-1]}"#,
      #"{"input_ids":[1,2.5]}"#, #"{"input_ids":[1,2],"completion_mask":[1]}"#,
      #"{"input_ids":[1,2],"completion_mask":[1,2]}"#, #"{"input_ids":[1,2],"completion_mask":1}"#,
    ])
  func refused(row: String) throws {
    let error = #expect(throws: BenchmarkError.self) {
      try read("{\"input_ids\":[1,2]}\n\(row)\n")
    }
    #expect(error?.message.contains("line 2: ") == true)
  }

  @Test(
    "need one with a trained token",
    arguments: ["", "\n", #"{"input_ids":[1,2],"completion_mask":[1,0]}"#])
  func untrained(text: String) {
    let error = #expect(throws: BenchmarkError.self) { try read(text) }
    #expect(error?.message.hasSuffix("has no rows") == true)
  }
}
