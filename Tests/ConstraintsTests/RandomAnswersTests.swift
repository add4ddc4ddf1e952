import Constraints
import Foundation
import Serialization
import Testing
import Tokenizers

@Suite("Answers by chance") struct RandomAnswersTests {
  @Test("fit the schema that they are held to", arguments: 0..<40)
  func schemas(batch: Int) throws {
    var made = 0
    for seed in batch * 25..<(batch + 1) * 25 {
      var schemas = RandomSchemas(seed: seed)
      let schema = schemas.schema()
      guard let grammar = try Self.grammar(schema) else { continue }
      made += 1
      var answers = RandomAnswers(Constraint(grammar, ByteVocabulary.texts), seed: seed)
      for _ in 0..<4 {
        let answer = answers.next()
        let text = try #require(answer, "no end: \(schema.text)")
        let value = try JSONValue(parsing: Array(text.utf8))
        #expect(SchemaChecker(root: schema).fits(value), "\(text) for \(schema.text)")
      }
    }
    #expect(made > 15)
  }

  /// The grammar of a schema; nil when no value fits it.
  private static func grammar(_ schema: JSONValue) throws -> Grammar? {
    do { return try Grammar(schema: schema) } catch let error {
      guard case .unfulfillable = error else { throw error }
      return nil
    }
  }

  @Test("are objects of different keys where any object may be", arguments: 0..<20)
  func anyObject(seed: Int) throws {
    var answers = RandomAnswers(Constraint(.anyObject, ByteVocabulary.texts), seed: seed)
    for _ in 0..<10 {
      let answer = answers.next()
      let text = try #require(answer)
      #expect(try JSONValue(parsing: Array(text.utf8)).object != nil, "\(text)")
    }
  }

  /// A vocabulary of the keys themselves, so that repetitions are tried all the time.
  @Test("repeat no key, however tokens divide them", arguments: 0..<20)
  func keys(seed: Int) throws {
    let texts = TokenTexts(
      [
        "{", "}", "\"", ":", ",", "1", "a", "b", "\"a", "a\"", "\"a\"", "\"ab\"", "\"a\":",
        ",\"a\":1",
        "{\"a\":1,", "{\"a\":1,\"a\":2}", "\"b\":{\"a\":1},", "b\":1,\"a\"", "1}", "},\"",
      ].map { Array($0.utf8) })
    var answers = RandomAnswers(Constraint(.anyObject, texts), seed: seed)
    for _ in 0..<50 {
      let answer = answers.next()
      let text = try #require(answer)
      #expect(throws: Never.self, "\(text)") { try JSONValue(parsing: Array(text.utf8)) }
    }
  }

  @Test(
    "are read back as they were meant from a tokenizer's tokens",
    arguments: [
      "stdlib/models/finch/tokenizer.json",
      "Tests/TokenizersTests/Fixtures/byte-level.json",
      "Tests/TokenizersTests/Fixtures/byte-fallback.json",
      "Tests/TokenizersTests/Fixtures/unigram-bytes.json",
      "Tests/TokenizersTests/Fixtures/space-marks-always.json",
      "Tests/TokenizersTests/Fixtures/space-marks-never.json",
    ])
  func tokenizers(path: String) throws {
    let folder = URL(filePath: #filePath).appending(path: "../../..").standardized
    let tokenizer = try Tokenizer(
      fileContents: Array(Data(contentsOf: folder.appending(path: path))))
    let texts = TokenTexts(tokenizer, count: tokenizer.vocabularySize + 7)
    let constraint = Constraint(try Grammar(schemaFile: Array(Self.schema.utf8)), texts)
    var state = constraint.start()
    guard
      constraint.allowedTokens(&state).tokens.contains(where: { texts.bytes(of: $0).last == 0x7B })
    else { return }
    var ended = 0
    for seed in 0..<20 {
      guard let ids = Self.answer(constraint, seed: seed) else { continue }
      ended += 1
      let text = tokenizer.decode(ids)
      let value = try JSONValue(parsing: Array(text.utf8))
      let schema = try JSONValue(parsing: Array(Self.schema.utf8))
      #expect(SchemaChecker(root: schema).fits(value), "\(text)")
      let written = ids.flatMap { texts.bytes(of: $0) }
      #expect(text.utf8.elementsEqual(written.drop { $0 == 0x20 && text.utf8.first != 0x20 }))
    }
    #expect(ended > 0)
  }

  private static let schema = """
    {"type":"object","properties":{"s":{"type":"string","maxLength":12},"n":{"type":"integer"},
    "l":{"type":"array","items":{"type":"boolean"},"maxItems":3}},"required":["s","n"]}
    """

  /// The tokens of an answer by chance; nil for one into a dead end, which a vocabulary without some
  /// bytes may have.
  private static func answer(_ constraint: Constraint, seed: Int) -> [Int32]? {
    var numbers = SeededNumbers(seed: seed)
    var (state, ids) = (constraint.start(), [Int32]())
    while !state.isFinished {
      let allowed = constraint.allowedTokens(&state).tokens
      guard ids.count < 500, let token = allowed.randomElement(using: &numbers),
        constraint.append(token, to: &state)
      else { return nil }
      ids.append(token)
    }
    return ids
  }
}
