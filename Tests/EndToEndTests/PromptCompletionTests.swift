import Foundation
import TestSupport
import Testing

/// What Tab offers: words of the grammar, names of what is loaded, files.
@Suite("The prompt completes", .serialized) struct PromptCompletionTests {
  private func session(columns: Int = 80) throws -> TerminalSession {
    let folder = try TemporaryFolder()
    let rows = "question,answer,lang\nWhere is it?,Here.,en\nWo ist es?,Hier.,de\n"
    try folder.put("faq.csv", Array(rows.utf8))
    return try TerminalSession(columns: columns, in: folder)
  }

  @Test(arguments: [
    ("qu\t", "quit "), ("load m\t", "load model "), ("load model f\t", "load model finch "),
    ("load data \"fa\t", "load data \"faq.csv\""),
    ("load data fa\t", "load data \"faq.csv\""),
    ("train 3 e\t", "train 3 epoch"), ("set adapter do\t", "set adapter dora "),
    ("set warm\t", "set warmup "), ("help load m\t", "help load model "), (":sa\t", ":save "),
    ("save adapter st\t", "save adapter \"state/"), ("load model st\t", "load model \"state/"),
    ("print len\t", "print length("), ("print mod\t", "print model"), ("xyz\t", "xyz"),
    ("save adapter \"st\t", "save adapter \"state/"), ("LOA\t", "LOA"), ("\t\t", ""),
  ])
  func wordsAndFiles(keys: String, text: String) throws {
    let session = try session()
    session.type(keys + "|")
    try session.waitFor("the completed word") { $0.beforeCursor.dropFirst(7) == text + "|" }
  }

  @Test func namesOfWhatIsLoaded() throws {
    let session = try session()
    try session.enter("load data \"faq.csv\"")
    try session.enter("let threshold = 3")
    session.type("keep data where row.an\t")
    try session.waitFor("the column") { $0.beforeCursor == "ft[3]> keep data where row.answer" }
    session.type("\u{15}print thr\t")
    try session.waitFor("the variable") { $0.beforeCursor == "ft[3]> print threshold" }
    session.type("\u{15}split fa\t")
    try session.waitFor("the data") { $0.beforeCursor == "ft[3]> split faq" }
    session.type("\u{15}proc double(x) {\rreturn 2 * x\r}\r")
    try session.waitFor("the next prompt") { $0.beforeCursor == "ft[4]> " }
    session.type("doub\t")
    try session.waitFor("the procedure") { $0.beforeCursor == "ft[4]( double(" }
  }

  @Test func whatIsLeftOpenIsListedAboveTheLine() throws {
    let session = try session()
    session.type("load \t")
    try session.waitFor("the list") {
      $0.text.hasSuffix("\nadapter  data     model\nft[1]> load")
    }
    session.type("d\t")
    try session.waitFor("the word") { $0.beforeCursor == "ft[1]> load data " }
  }

  @Test func anEmptyLineOffersTheCommands() throws {
    let session = try session()
    session.type("\t")
    try session.waitFor("the list") { $0.text.contains("advise") && $0.beforeCursor == "ft[1]> " }
    #expect(session.screen.text.contains("load") && !session.screen.text.contains("contains"))
    session.type("abs\t")
    try session.waitFor("the function") { $0.beforeCursor == "ft[1]( abs(" }
  }

  @Test func aListIsAsWideAsTheTerminal() throws {
    let session = try session(columns: 45)
    session.type("help \t")
    try session.waitFor("the list") {
      $0.text.contains("\nadvise ") && $0.beforeCursor == "ft[1]> help "
    }
    // A line that was too long would have gone on in the next row.
    #expect(session.screen.text.split(separator: "\n").dropFirst(4).allSatisfy { $0.first != " " })
  }

  @Test func completionWorksInTheMiddleOfALine() throws {
    let session = try session()
    session.type("train 3 ep on data" + String(repeating: "\u{1b}[D", count: 8) + "\t")
    try session.waitFor("the word") {
      $0.beforeCursor == "ft[1]> train 3 epoch" && $0.afterCursor == " on data"
    }
  }
}
