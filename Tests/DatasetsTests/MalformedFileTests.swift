import Datasets
import Foundation
import Reporting
import TestSupport
import Testing

/// Files with faults, and the code, line and column that each fault is to be told with.
///
/// They stand in the tables of Fixtures/malformed, a file a line.
@Suite("Malformed files") struct MalformedFileTests {
  @Test("all faults are told with their places", arguments: MalformedFile.all)
  func places(file: MalformedFile) throws {
    let found = try file.found().joined(separator: " ")
    #expect(found == file.expected, "\(found)")
  }

  @Test("bad rows alone are left out where that is asked for", arguments: MalformedFile.all)
  func skipping(file: MalformedFile) throws {
    var options = file.options
    options.badRows = .skip
    let result = Result { try DatasetFile(options).parse(try file.bytes(), name: file.name) }
    guard case .success(let dataset) = result else { return }
    #expect(!dataset.examples.isEmpty)
    let places = file.expected.split(separator: " ")
    #expect(
      dataset.skipped.shown.map { $0.diagnostic.code?.id ?? "" }
        == places.map { String($0.prefix(4)) })
  }

  @Test("there are hundreds of them") func count() {
    #expect(MalformedFile.all.count >= 200)
  }

  @Test("all are told at once, up to twenty, and how many more there are") func allAtOnce() {
    let text = #"{"text":"good"}"# + "\n" + String(repeating: #"{"text":7}"# + "\n", count: 250)
    do {
      _ = try load(text)
    } catch {
      let told = error.diagnostic.plainText
      #expect(
        told.hasPrefix("error[D211]: line 2 of rows.jsonl: `text` is a number, not a text.\n"))
      #expect(
        told.contains("also: rows.jsonl:21:9 [D211] the row: `text` is a number, not a text\n"))
      #expect(!told.contains("rows.jsonl:22:9"))
      #expect(
        told.contains("250 of 251 rows of rows.jsonl cannot be used, and 230 of them are not"))
    }
  }
}

/// A file with faults.
struct MalformedFile: CustomTestStringConvertible {
  /// The faults as `D211:2:9`, a code alone where the whole file is meant.
  let expected: String
  let name: String
  let contents: String
  private let reading: String
  var testDescription: String { "\(name): \(contents.prefix(80))" }

  /// How the file is read.
  var options: DatasetFile.Options {
    var options = DatasetFile.Options()
    let words = reading.split(separator: " ").map(String.init)
    switch (words.first, words.count) {
    case ("lines", _): options.lineLimit = words.compactMap(Int.init).first ?? 0
    case ("template", _):
      let template = String(reading.dropFirst("template ".count)).replacing("/", with: "\n")
      options.fields = RowTemplate(template).map(RowShape.template)
    case ("text", 2): options.fields = .text(words[1])
    case ("text", 4) where words[2] == "answer":
      options.fields = .pair(input: words[1], output: words[3])
    case ("text", 4): options.fields = .labelled(text: words[1], label: words[3])
    default: break
    }
    return options
  }

  /// What is in the file.
  func bytes() throws -> [UInt8] {
    let bytes = Self.bytes(contents)
    return reading == "gzip" ? try GzipTests.gzipped(bytes) : bytes
  }

  /// The faults as they are told.
  func found() throws -> [String] {
    do {
      _ = try DatasetFile(options).parse(bytes(), name: name)
      return []
    } catch DatasetError.badRows(_, _, let problems) {
      return problems.shown.map { Self.place(of: $0.diagnostic) }
    } catch let error as DatasetError { return [Self.place(of: Diagnostic(error))] }
  }

  /// The place in the words that the user reads, `rows.jsonl:2:9`, with the code.
  private static func place(of diagnostic: Diagnostic) -> String {
    let code = diagnostic.code?.id ?? "none"
    guard let label = diagnostic.primary else { return code }
    let place = label.file.place(at: label.span.start).split(separator: ":").suffix(2)
    return ([code] + place.map(String.init)).joined(separator: ":")
  }

  private static func bytes(_ signs: String) -> [UInt8] {
    let signs = [("⏎", "\n"), ("␍", "\r"), ("⇥", "\t"), ("␀", "\0")].reduce(signs) {
      $0.replacing($1.0, with: $1.1)
    }
    var bytes: [UInt8] = []
    for (index, piece) in signs.split(separator: "‹", omittingEmptySubsequences: false).enumerated()
    {
      guard index > 0, let end = piece.firstIndex(of: "›") else {
        bytes += piece.utf8
        continue
      }
      bytes += piece[..<end].split(separator: " ").compactMap { UInt8($0, radix: 16) }
      bytes += piece[end...].dropFirst().utf8
    }
    return bytes
  }

  /// Every line of every table.
  static let all: [MalformedFile] = {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "Fixtures/malformed")
    let tables = try? FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    return (tables ?? []).sorted { $0.path < $1.path }.flatMap { table in
      let text = (try? String(contentsOf: table, encoding: .utf8)) ?? ""
      return text.split(separator: "\n").filter { !$0.hasPrefix("# ") }.map { MalformedFile($0) }
    }
  }()

  /// Reads a line of a table: `D211:2:9 | rows.jsonl | how it is read | contents`.
  private init(_ line: Substring) {
    let parts = line.split(
      separator: " | ", maxSplits: 3, omittingEmptySubsequences: false
    ).map(String.init)
    precondition(parts.count == 4, "four parts in \(line)")
    (expected, name, reading, contents) = (parts[0], parts[1], parts[2], parts[3])
  }
}
