import Foundation
import Testing

/// `chat` and `show mask`: what a conversation is to the model.
@Suite("Talking, and looking at masks") struct ChatTests {
  @Test("a talk goes on, and begins anew when it is asked to") func talk() async throws {
    let bench = try Workbench()
    let turns = try await bench.run(
      Workbench.preparation
        + """
        let a = chat "Hello" length 4
        let b = chat "And now?" length 4
        let c = chat "Again" fresh system "Be brief." length 4
        check a.turns == 2 and b.turns == 4 and c.turns == 3
        let d = chat "{}" as tool length 4
        check d.turns == 5
        c.text
        """)
    #expect("\(turns)" != "")
  }

  @Test("a mask shows every token, the trained ones marked") func mask() async throws {
    let bench = try Workbench()
    _ = try await bench.run(
      Workbench.preparation + "load data \"rows.jsonl\" as rows\nlet m = show mask 3\n"
        + "check m.trained > 0 and m.trained < m.tokens and m.line == 3")
    #expect(bench.screen.contains("row 3, line 3:"), "\(bench.screen)")
    #expect(bench.screen.contains(" *"), "\(bench.screen)")
    let text = await bench.errorText("show mask 13")
    #expect(text.contains("there is no row 13: `rows` has 12 rows"), "\(text)")
  }
}
