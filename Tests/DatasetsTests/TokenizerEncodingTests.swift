import Datasets
import Testing
import Tokenizers

@Suite("Encoding with a trained tokenizer") struct TokenizerEncodingTests {
  private static let specials = ["<b>", "<e>", "<u>", "<a>"]

  private static func encoder(_ length: Int = 1000) throws -> (Tokenizer, ExampleEncoder) {
    let text = "the order is late and the order is lost, the reply is on its way"
    let tokenizer = try TokenizerTrainer.train(
      texts: Array(repeating: text, count: 4), vocabularySize: 300, specialTokens: specials)
    let end = try #require(tokenizer.id(of: "<e>"))
    let options = ExampleEncoder.Options(maximumLength: length, endID: end)
    return (tokenizer, ExampleEncoder(tokenizer, template: try template(tags), options: options))
  }

  @Test func whatIsTrainedReadsAsTheAnswers() throws {
    let (tokenizer, encoder) = try Self.encoder()
    let turns = [
      Turn(.user, "where is the order?"), Turn(.assistant, "the order is late"),
      Turn(.user, "é 漢"), Turn(.assistant, "the reply is lost 👍"),
    ]
    let row = try #require(
      encoder.encode(Example(.conversation(turns), line: 1), row: 0).first)
    let trained = zip(row.ids, row.lossMask).filter(\.1).map(\.0)
    #expect(
      tokenizer.decode(trained, skippingSpecialTokens: false)
        == "the order is late<e>the reply is lost 👍<e>")
    #expect(
      tokenizer.decode(row.ids, skippingSpecialTokens: false) == """
        <u>where is the order?<e>
        <a>the order is late<e>
        <u>é 漢<e>
        <a>the reply is lost 👍<e>

        """)
    // "the order" is learnt as one piece or few: the tokenizer's merges are at work.
    #expect(row.ids.count < 60)
  }

  @Test func aSpecialTokenInsideTheTextIsCounted() throws {
    let (_, encoder) = try Self.encoder()
    let rows = [Example(.text("a <e> b"), line: 7), Example(.text("a < b"), line: 8)]
    #expect(try encoder.encode(rows, file: "a").specialTokenLines == [7])
  }

  @Test("several threads give the same rows and notes") func threads() throws {
    let (tokenizer, encoder) = try Self.encoder()
    // Rows of all kinds: good ones, too long, with a special token inside, training nothing.
    let rows = (0..<130).map { row in
      let answer = row % 7 == 0 ? "" : String(repeating: "on ", count: row % 11 * 4)
      let question = row % 13 == 0 ? "a <e> b \(row)" : "\(row)?"
      return Example(
        .conversation([Turn(.user, question), Turn(.assistant, answer)]), line: row + 1)
    }
    func encoded(by threads: Int) throws -> EncodedDataset {
      var options = encoder.options
      options.maximumLength = 40
      options.badRows = .skip
      options.longRows = .drop
      options.threads = threads
      return try ExampleEncoder(tokenizer, template: encoder.template, options: options)
        .encode(rows, file: "a")
    }
    let alone = try encoded(by: 1)
    #expect(alone.examples.count > 50)
    #expect(!alone.droppedLines.isEmpty && !alone.specialTokenLines.isEmpty)
    #expect(try encoded(by: 8) == alone)
  }
}
