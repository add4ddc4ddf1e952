import Commands
import Language
import Reporting
import Serialization
import Testing

/// The printed reference has everything that is declared.
@Suite("Reference") struct ReferenceTests {
  private let reference = Reference(codes: DiagnosticCode.ofCommands)

  @Test("the page names every command, function and code, and no text breaks its tables")
  func markdown() {
    let page = reference.markdown
    for signature in CommandList.table.signatures {
      #expect(page.contains("### \(signature.name)\n"))
    }
    for code in DiagnosticCode.ofCommands { #expect(page.contains("**\(code.id)**")) }
    for line in page.split(separator: "\n") where line.hasPrefix("| ") {
      let bars = line.count { $0 == "|" }
      #expect([4, 5].contains(bars), "\(line)")
    }
  }

  @Test("the object is JSON with all of it") func json() throws {
    let value = try JSONValue(parsing: Array(reference.jsonText.utf8))
    guard case .object(let fields) = value else { return #expect(Bool(false)) }
    #expect(fields["commands"]?.array?.count == CommandList.table.signatures.count)
    #expect(fields["codes"]?.array?.count == DiagnosticCode.ofCommands.count)
    #expect(fields["settings"]?.array?.count == CommandList.table.settings.count)
  }
}
