import Datasets
import Models
import TestSupport
import Testing

@testable import Generation

/// What prompts begin with is read once for many questions.
@Suite("Prompts that begin alike") struct ReadPromptsTests {
  /// Prompts of two beginnings, one longer than a block of keys, of which some go on alike, and of none.
  static let prompts: [[Int32]] = {
    let pieces = TinyModel.examples(lengths: [100, 70] + (0..<12).map { 3 + 7 * $0 }).map(\.ids)
    return (0..<12).map { row in
      let beginning = [pieces[0], pieces[1], pieces[0] + pieces[1], []][row % 4]
      return beginning + pieces[2 + row]
    }
  }()

  private func questions(_ vocabulary: Int) -> [Question] {
    Self.prompts.enumerated().map { index, prompt in
      Question(
        prompt: prompt.map { $0 % Int32(vocabulary) },
        answers: [[1], [2, 3], [Int32(index % 5), 4, 1]])
    }
  }

  @Test("a beginning is read once, whoever comes first") func once() throws {
    let model = try TinyModel.make(isTied: true)
    let all = Self.prompts.reduce(0) { $0 + $1.count - 1 }
    var prompts = ReadPrompts(model, keptTokens: 2048)
    let read = prompts.read(Self.prompts)
    // Nine begin with 100 or 70 tokens that are there already, three of them with 170; the end of one
    // may be another's beginning by a few tokens.
    #expect(prompts.tokensRead <= all - 2 * 100 - 2 * 70 - 3 * 100 - 2 * 70)
    #expect(read.map(\.sequence.length) == Self.prompts.map { $0.count - 1 })
    #expect(read.map { Array($0.lastToken) } == Self.prompts.map { $0.suffix(1) })
    let first = prompts.tokensRead
    _ = prompts.read([Self.prompts[11] + [1, 2]])
    #expect(prompts.tokensRead - first <= 3)
  }

  @Test(
    "scores are those that each question has alone", arguments: GoldenModel.families)
  func scores(golden: GoldenModel) throws {
    let model = try golden.model()
    let limit = model.config.maximumPositions
    let questions = questions(model.config.vocabularySize).filter { $0.length <= limit }
    let scorer = AnswerScorer(model: model)
    let together = scorer.scores(questions)
    for (question, scores) in zip(questions, together) {
      #expect(scorer.scores([question])[0] == scores)
    }
    let reversed = Array(scorer.scores(questions.reversed()).reversed())
    #expect(reversed == together)
  }
}
