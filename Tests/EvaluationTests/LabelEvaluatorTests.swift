import Autograd
import Datasets
import Evaluation
import Execution
import Generation
import Models
import Objectives
import Tensors
import TestSupport
import Testing

@Suite("Choosing a label") struct LabelEvaluatorTests {
  /// 40 questions whose answers have one to five tokens, prompts of one token to beyond a block.
  static let questions: [Question] = (0..<40).map { index in
    let ids = TinyModel.examples(lengths: Array(1...90)).map(\.ids)
    return Question(
      prompt: ids[index * 2],
      answers: (0..<4).map { Array(ids[80 + $0].suffix(1 + (index + $0) % 5)) })
  }

  @Test("scores are the training loss of each answer's tokens, to the bit") func scores() throws {
    let model = try TinyModel.make(isTied: false)
    for (question, scores) in zip(Self.questions, AnswerScorer(model: model).scores(Self.questions))
    {
      for (answer, score) in zip(question.answers, scores) {
        let example = EncodedExample(
          ids: question.prompt + answer,
          lossMask: (question.prompt + answer).indices.map { $0 >= question.prompt.count }, row: 0)
        let tape = Tape(arena: Arena(), isRecording: false)
        let losses = NextToken().losses(of: [example], by: model, on: tape, factor: 1).losses
        #expect(score.logProbabilities.map(\.bitPattern) == losses.map { (-$0).bitPattern })
      }
    }
  }

  @Test("scores do not depend on what is asked beside") func alone() throws {
    let scorer = AnswerScorer(model: try TinyModel.make(isTied: true))
    let together = scorer.scores(Self.questions)
    for index in [0, 7, 39] {
      #expect(scorer.scores([Self.questions[index]])[0] == together[index])
    }
  }

  @Test("the likeliest answer is chosen, and counted under the right one") func report() throws {
    let model = try TinyModel.make(isTied: false)
    let scores = AnswerScorer(model: model).scores(Self.questions)
    let chosen = scores.map { row in
      row.indices.max { row[$0].logProbability < row[$1].logProbability } ?? 0
    }
    let right = chosen.indices.map { $0 % 3 == 0 ? chosen[$0] : $0 % 4 }
    var progress: [Double] = []
    let report = try #require(
      LabelEvaluator.report(
        of: model, Self.questions, right: right, labels: ["a", "b", "c", "d"],
        progress: { progress.append($0) }))
    for (label, counts) in report.confusion.enumerated() {
      #expect(
        counts
          == (0..<4).map { pick in
            zip(right, chosen).count { $0 == label && $1 == pick }
          })
    }
    #expect(report.rowCount == 40 && progress.last == 1)
    #expect(report.correctCount == zip(right, chosen).count { $0 == $1 })
    let stop = StopFlag()
    stop.request()
    let stopped = LabelEvaluator.report(
      of: model, Self.questions, right: right, labels: ["a", "b", "c", "d"], stop: stop)
    #expect(stopped == nil)
  }

  @Test("the baseline is the commonest label, mistakes come by number") func numbers() {
    let report = LabelReport(
      labels: ["x", "y", "z"], confusion: [[3, 2, 0], [0, 4, 1], [4, 0, 0]])
    #expect(report.baseline.label == "x" && abs(report.baseline.share - 5.0 / 14) < 1e-12)
    #expect(report.accuracy.mean == 0.5)
    #expect(report.mistakes.map(\.count) == [4, 2, 1])
    #expect(report.mistakes.map(\.right) == ["z", "x", "y"])
  }

  /// Values of SciPy's `binomtest(…).proportion_ci(method="wilson")`.
  @Test(
    "the interval is Wilson's",
    arguments: [
      (8, 10, 0.490_162_471_5, 0.943_317_848_5), (50, 100, 0.403_831_530_4, 0.596_168_469_6),
      (0, 20, 0, 0.161_125_158_1), (70, 70, 0.947_976_937_6, 1),
    ])
  func wilson(count: Int, total: Int, lower: Double, upper: Double) {
    let estimate = WilsonInterval.share(count, of: total)
    #expect(abs(estimate.lower - lower) < 1e-9 && abs(estimate.upper - upper) < 1e-9)
    #expect(estimate.mean == Double(count) / Double(total))
  }
}
