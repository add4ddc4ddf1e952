import Testing

@testable import Datasets

@Suite("Tables") struct DelimitedTextTests {
  @Test("records are read by RFC 4180", arguments: records)
  func record(sample: Records) {
    var reader = DelimitedReader(
      TextLines(Array(sample.text.utf8), file: "a.csv"), delimiter: sample.delimiter)
    var found: [[String]] = []
    while case .record(let fields, _)? = reader.next() { found.append(fields) }
    #expect(found == sample.records)
  }

  @Test("the first known pair of columns is read", arguments: knownTables)
  func knownColumns(table: KnownTable) throws {
    let dataset = try load(table.text, name: "a.csv")
    #expect(dataset.examples.map(\.content) == [table.content])
    #expect(dataset.examples.map(\.line) == [2])
  }

  @Test func aRowStartsOnTheLineOfItsFirstField() throws {
    let text = "text,label\n\"a\nb\",x\n\nc,y\n\"d\r\n\"\"e\"\"\",z\n"
    let dataset = try load(text, name: "a.csv")
    #expect(
      dataset.examples == [
        Example(.labelled(text: "a\nb", label: "x"), line: 2),
        Example(.labelled(text: "c", label: "y"), line: 5),
        Example(.labelled(text: "d\r\n\"e\"", label: "z"), line: 6),
      ])
  }

  @Test("each fault has its place", arguments: badTables)
  func fault(table: BadTable) {
    let found = problems(table.text, name: "a.csv")
    #expect(found.map(\.reason) == table.reasons)
    #expect(found.map(\.place) == table.places)
  }

  @Test func theRowsAfterABadOneAreRead() throws {
    let text = "text,label\na,x\n\"b\"c,y\n\"d\nd\"e,y\nf\ng,z\n"
    let dataset = try load(text, name: "a.csv") { $0.badRows = .skip }
    #expect(
      dataset.examples.map(\.content) == [
        .labelled(text: "a", label: "x"), .labelled(text: "g", label: "z"),
      ])
    #expect(dataset.examples.last?.line == 7)
    #expect(dataset.skipped.count == 3)
  }

  @Test(
    "columns that do not fit are listed with a proposal",
    arguments: [
      (
        "utterance,intent,tags\nhi,greet,B\n", RowShape.labelled(text: "utterance", label: "intent")
      ),
      (
        "mr,ref\nname[A],it is A\nname[B],it is B\nname[C],it is C\n",
        .pair(input: "mr", output: "ref")
      ),
      (
        "a,b\nlong enough text,x\nanother text here,x\n"
          + String(repeating: "some words,x\n", count: 9),
        .labelled(text: "a", label: "b")
      ),
    ])
  func suggestion(text: String, shape: RowShape) {
    #expect {
      try load(text, name: "a.csv")
    } throws: { error in
      guard case .unknownColumns("a.csv", let columns, let proposal, _)? = error as? DatasetError
      else { return false }
      return columns == text.split(separator: "\n")[0].split(separator: ",").map(String.init)
        && proposal == shape
    }
  }

  @Test func namedColumnsAreReadAndOthersNoted() throws {
    let text = "id,Utterance , intent\n1,hi,greet\n"
    let shape = RowShape.labelled(text: "utterance", label: "intent")
    let dataset = try load(text, name: "a.csv") { $0.fields = shape }
    #expect(
      dataset.examples == [
        Example(.labelled(text: "hi", label: "greet"), line: 2, attributes: ["id": "1"])
      ])
    #expect(dataset.notes == [.ignoredFields(["id"])])
    let wrong = RowShape.text("utterence")
    #expect {
      try load(text, name: "a.csv") { $0.fields = wrong }
    } throws: { error in
      guard
        case .missingColumn("a.csv", "utterence", let columns, let near, _)? = error
          as? DatasetError
      else { return false }
      return columns == ["id", "utterance", "intent"] && near == "utterance"
    }
  }

  @Test func aTableOfLabelsWithoutHeaderIsTold() throws {
    let rows = (0..<30).map { "\($0 % 2 == 0 ? "ham" : "spam")\tmessage \($0), and \"more\n" }
    let dataset = try load(rows.joined(), name: "a.tsv")
    #expect(dataset.examples.count == 30)
    #expect(
      dataset.examples[0]
        == Example(.labelled(text: "message 0, and \"more", label: "ham"), line: 1))
    #expect(dataset.notes == [.noHeader(labels: 2)])
  }

  @Test func aTableWithOnlyAHeaderHasNoRows() {
    #expect(throws: DatasetError.empty(file: "a.csv")) { try load("text,label\n", name: "a.csv") }
  }
}

struct Records: CustomTestStringConvertible {
  let text: String
  let delimiter: Delimiter
  let records: [[String]]
  var testDescription: String { text.debugDescription }

  init(_ text: String, _ records: [[String]], _ delimiter: Delimiter = .comma) {
    self.text = text
    self.records = records
    self.delimiter = delimiter
  }
}

private let records: [Records] = [
  Records("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
  Records("a,b\r\n1,2", [["a", "b"], ["1", "2"]]),
  Records("a,,\n,,b\n", [["a", "", ""], ["", "", "b"]]),
  Records("\"a,b\",\"c\nd\"\n", [["a,b", "c\nd"]]),
  Records("\"\",\"\"\"\",\"a\"\"b\"\n", [["", "\"", "a\"b"]]),
  Records("\"a\"\r\n\"b\r\nc\"\r\n", [["a"], ["b\r\nc"]]),
  Records("a\"b,c\"\n", [["a\"b", "c\""]]),
  Records(" \"a\" ,b\n", [[" \"a\" ", "b"]]),
  Records("a\n\n \nb\n", [["a"], ["b"]]),
  Records("a,\"\"", [["a", ""]]),
  Records("a;b\n\"1;2\";3\n", [["a", "b"], ["1;2", "3"]], .semicolon),
  Records("a\tb\n\"1\t2\"\t3\n", [["a", "b"], ["1\t2", "3"]], .tab),
  Records("\"open\tb\nc\td\"\n", [["\"open", "b"], ["c", "d\""]], .tab),
  Records("\"a\"b\tc\n", [["\"a\"b", "c"]], .tab),
  Records("\ta\n", [["", "a"]], .tab),
  Records("ä|漢字\n", [["ä", "漢字"]], .pipe),
]

struct KnownTable: CustomTestStringConvertible {
  let text: String
  let content: Example.Content
  var testDescription: String { text.debugDescription }

  init(_ text: String, _ content: Example.Content) {
    self.text = text
    self.content = content
  }
}

private let knownTables: [KnownTable] = [
  KnownTable("text,label\na,b\n", .labelled(text: "a", label: "b")),
  KnownTable("Label;Text\n\"a;a\";b\n", .labelled(text: "b", label: "a;a")),
  KnownTable("prompt,completion\n,b\n", .completion(prompt: "", completion: "b")),
  KnownTable("id|question|answer\n1|a|b\n", .completion(prompt: "a", completion: "b")),
  KnownTable("input\toutput\na,a\tb,b\n", .completion(prompt: "a,a", completion: "b,b")),
  KnownTable("\u{FEFF}text\na\n", .text("a")),
]

struct BadTable: CustomTestStringConvertible {
  let text: String
  let reasons: [ProblemReason]
  let places: [String]
  var testDescription: String { text.debugDescription }
}

private let badTables: [BadTable] = [
  BadTable(
    text: "text,label\na,b\n\"open,c\nd,e\n", reasons: [.openQuote], places: ["a.csv:3:1"]),
  BadTable(
    text: "text,label\na,\"b\nb\" c\nd,e\n", reasons: [.textAfterQuote], places: ["a.csv:3:3"]),
  BadTable(
    text: "text,label\na\nb,c,d\n",
    reasons: [.fieldCount(found: 1, expected: 2), .fieldCount(found: 3, expected: 2)],
    places: ["a.csv:2:2", "a.csv:3:5"]),
  BadTable(
    text: "text,label\na,\n,b\n",
    reasons: [.emptyText(key: "label"), .emptyText(key: "text")],
    places: ["a.csv:2:3", "a.csv:3:1"]),
  BadTable(
    text: "text,label\nb,\u{0}\nc,d\n", reasons: [.zeroByte], places: ["a.csv:2:3"]),
]
