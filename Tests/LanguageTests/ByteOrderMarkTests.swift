import Language
import Testing

@Suite("Byte order mark") struct ByteOrderMarkTests {
  @Test func aByteOrderMarkAtTheStartIsSkipped() async throws {
    #expect(try await runScript("\u{FEFF}print 3").printed == ["3"])
    let text = try await firstDiagnostic("\u{FEFF}print zzzzzz")
    #expect(text.contains("  | print zzzzzz\n  |       ^^^^^^\n"))
  }
}
