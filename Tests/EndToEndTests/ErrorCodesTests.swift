import Foundation
import Serialization
import Testing

/// Codes are declared where errors are; these tests hold the sources against what `help` knows.
@Suite("Error codes") struct ErrorCodesTests {
  /// `static let noRows = DiagnosticCode("D250", …`.
  private struct Declaration: Hashable {
    let name: String
    let id: String
  }

  private let sources: String
  private let declarations: [Declaration]

  init() throws {
    sources = try Self.sources()
    declarations = sources.matches(
      of: /static let (\w+) = DiagnosticCode\(\s*"(\w+)"/
    ).map { Declaration(name: String($0.1), id: String($0.2)) }
  }

  /// All Swift and C of the program.
  private static func sources() throws -> String {
    let folder = TerminalSession.checkout + "/Sources"
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return try names.filter { $0.hasSuffix(".swift") || $0.hasSuffix(".c") }.map {
      try String(contentsOfFile: folder + "/" + $0, encoding: .utf8)
    }.joined(separator: "\n")
  }

  /// What `ft help --json` says of codes.
  private func pages() throws -> [(id: String, title: String, page: String)] {
    let process = Process()
    process.executableURL = URL(filePath: TerminalSession.program)
    process.arguments = ["help", "--json"]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let codes = try JSONValue(parsing: [UInt8](output)).object?["codes"]?.array ?? []
    return codes.compactMap(\.object).map {
      ($0["code"]?.string ?? "", $0["title"]?.string ?? "", $0["explanation"]?.string ?? "")
    }
  }

  @Test("each is declared once, and help knows them all") func declared() throws {
    #expect(declarations.count > 100)
    #expect(Set(declarations.map(\.name)).count == declarations.count)
    #expect(try pages().map(\.id) == declarations.map(\.id).sorted())
  }

  @Test("each is given to some error") func used() {
    let lists = /static let of\w+: \[DiagnosticCode\] = \[[^\]]*\]/
    let text = sources.replacing(lists, with: "")
    // `code: .noRows`, `failure(.missingValue, …)`, `isOpen ? .noSuchModel : .writingFailed`, and the
    // arms of a switch.
    let uses = text.matches(of: /(?:code: |== |[(?:]\s*)\.(\w+)(?=,| :| &&|\)|\s*}|\n\s*case )/)
    let used = Set(uses.map { String($0.1) })
    for code in declarations where !used.contains(code.name) {
      #expect(text.contains("[\(code.id)]"), "\(code.id), `\(code.name)`, is nobody's")
    }
  }

  @Test("have a family, three digits and a page") func shape() throws {
    for (id, title, page) in try pages() {
      #expect(id.wholeMatch(of: /[LDMNSTR]\d{3}/) != nil, "\(id)")
      #expect(!title.isEmpty && !title.hasSuffix("."), "\(id)")
      #expect(page.count > 60 && page.hasSuffix("."), "\(id)")
    }
  }
}
