import Commands
import Foundation
import Notebook
import Reporting
import Session
import Testing

@Suite("Pages with a notebook inside") struct SharedPageTests {
  private let folder = NSTemporaryDirectory() + "tunebook-" + UUID().uuidString

  /// The page of a session in which these cells ran.
  private func page(_ cells: [String]) async throws -> String {
    let notebook = try TinyNotebook()
    for cell in cells { await notebook.run(cell) }
    let path = notebook.path("lab.html")
    let writer = NotebookWriter(
      notebook.runner.transcript.entries, environment: await notebook.runner.session.environment())
    try writer.write(await notebook.runner.session.page(title: "lab"), to: path)
    return try notebook.read("lab.html")
  }

  private func script(_ page: String) throws -> String {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/page.html"
    try page.write(toFile: path, atomically: true, encoding: .utf8)
    return try NotebookFile.script(path: path).text
  }

  @Test(
    "every text comes back to its last character",
    arguments: [
      "plain", "a < b > c & d", "&amp; &#60; &lt;", "\u{1}\u{1B}[31m\u{7F}", "line\r\nline",
      "\u{202E}right",
      "</pre>", "<pre hidden id=\"tunebook-notebook\" data-sha256=\"00\">", "", "\n\n",
      "日本 é e\u{301}",
    ])
  func keepsTexts(text: String) {
    var page = Page(title: "t", sections: [.text(text)], environment: [])
    page.attachment = Page.Attachment(text, sha256: String(repeating: "0", count: 64))
    let found = Page.Attachment.all(in: page.html)
    #expect(found.count == 1)
    #expect(found.first?.attachment.map { Array($0.text.utf8) } == Array(text.utf8))
  }

  @Test func verifiesAsTheNotebookWould() async throws {
    let notebook = try TinyNotebook()
    await notebook.run("let a = 2", "a * 21")
    let path = notebook.path("lab.html")
    let writer = NotebookWriter(
      notebook.runner.transcript.entries, environment: await notebook.runner.session.environment())
    try writer.write(await notebook.runner.session.page(title: "lab"), to: path)
    let again = try TinyNotebook()
    let found = await Verifier(again.runner, report: { _ in }).verify(path: path, name: "lab.html")
    #expect(found.code == .done)
    #expect(found.result?.comparedCount == 1)
  }

  @Test(
    "what is not as it was written is refused",
    arguments: [
      ("let a = 2", "let a = 3", "was changed: its SHA-256 begins with"),
      ("data-sha256=\"", "data-sha256=\"zz", "is not written as `:share` does"),
      ("let a = 2\n", "let a = 2 <b>\n", "is not written as `:share` does"),
      ("let a = 2\n", "let a = 2 &nbsp;\n", "is not written as `:share` does"),
      ("let a = 2\n", "let a = 2 &#65;\n", "is not written as `:share` does"),
      ("<pre hidden id=\"tunebook-notebook\"", "<pre id=\"other\"", "has no notebook inside"),
      (
        "</main>", "<pre hidden id=\"tunebook-notebook\" data-sha256=\"\">\n</pre>",
        "has 2 notebooks inside, the second in line"
      ),
    ])
  func refuses(part: String, other: String, message: String) async throws {
    let good = try await page(["let a = 2", "a + 1"])
    let place = try #require(good.range(of: part, options: .backwards))
    let bad = good.replacingCharacters(in: place, with: other)
    let error = #expect(throws: Diagnostic.self) { try script(bad) }
    #expect(error?.code?.id == "N111")
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    _ = try script(good)
  }
}
