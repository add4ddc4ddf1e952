import Datasets
import Foundation
import Testing

@Suite("Rows of texts that belong together") struct MatchRowTests {
  private func contents(_ text: String, name: String = "rows.jsonl") throws -> [Example.Content] {
    try DatasetFile().parse(Array(text.utf8), name: name).examples.map(\.content)
  }

  @Test(
    "are told by the names that data sets have",
    arguments: [
      #"{"anchor":"a","positive":"b"}"#, #"{"query":"a","positive":"b"}"#,
      #"{"query":"a","passage":"b"}"#, #"{"query":"a","document":"b"}"#,
      #"{"question":"a","positive":"b"}"#, #"{"question":"a","passage":"b"}"#,
      #"{"sentence1":"a","sentence2":"b"}"#,
    ])
  func names(row: String) throws {
    #expect(try contents(row) == [.match(query: "a", positive: "b", negatives: [])])
  }

  @Test(
    "have others that do not belong, as a text, a list, or under numbers",
    arguments: [
      (#"{"anchor":"a","positive":"b","negative":"c"}"#, ["c"]),
      (#"{"anchor":"a","positive":"b","negative_1":"c","negative_2":"d"}"#, ["c", "d"]),
      (#"{"anchor":"a","positive":"b","negatives":["c","d"]}"#, ["c", "d"]),
      (#"{"anchor":"a","positive":"b","negative":null}"#, []),
      // A question and its answer are texts that belong together where others do not.
      (#"{"question":"a","answer":"b","negative":"c"}"#, ["c"]),
      (#"{"query":"a","answer":"b","negative":"c"}"#, ["c"]),
    ])
  func negatives(row: String, expected: [String]) throws {
    #expect(try contents(row) == [.match(query: "a", positive: "b", negatives: expected)])
  }

  @Test("a question with an answer alone is to be answered") func questions() throws {
    #expect(
      try contents(#"{"query":"a","answer":"b"}"#) == [.completion(prompt: "a", completion: "b")])
  }

  @Test("have a score as a number or a text") func scores() throws {
    let rows = try contents(
      """
      {"sentence1":"a","sentence2":"b","score":0.5}
      {"sentence1":"a","sentence2":"b","score":"-1"}
      """)
    #expect(rows == [.alike("a", "b", score: 0.5), .alike("a", "b", score: -1)])
  }

  @Test("are columns of tables too, of which empty ones are not there") func tables() throws {
    let rows = try contents(
      "anchor\tpositive\tnegative_1\tnegative_2\na\tb\tc\td\ne\tf\t\tg\n", name: "rows.tsv")
    #expect(
      rows == [
        .match(query: "a", positive: "b", negatives: ["c", "d"]),
        .match(query: "e", positive: "f", negatives: ["g"]),
      ])
    let scored = try contents(
      "sentence1,sentence2,score\na,b,0.25\n", name: "rows.csv")
    #expect(scored == [.alike("a", "b", score: 0.25)])
  }

  @Test(
    "are refused where something is no text, empty, or no cosine",
    arguments: [
      #"{"anchor":"a"}"#, #"{"anchor":"a","positive":""}"#, #"{"anchor":" ","positive":"b"}"#,
      #"{"anchor":"a","positive":3}"#, #"{"anchor":"a","positive":"b","negatives":["c",1]}"#,
      #"{"anchor":"a","positive":"b","negative":" "}"#,
      #"{"sentence1":"a","sentence2":"b","score":4.2}"#,
      #"{"sentence1":"a","sentence2":"b","score":true}"#,
    ])
  func refused(row: String) {
    #expect(throws: DatasetError.self) { try contents(row) }
  }
}
