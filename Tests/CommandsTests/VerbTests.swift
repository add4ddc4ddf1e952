import Evaluation
import Generation
import Language
import Notebook
import Reporting
import Session
import Testing
import Training

/// A command gives what its verb gives: nothing is computed on the way between them.
@Suite("Commands and verbs") struct VerbTests {
  /// The record that a command gives, and a session in which everything but it was done.
  private func pair(_ before: String, _ command: String) async throws -> (Record, Session) {
    let (bench, other) = (try Workbench(), try Workbench())
    let value = try await bench.run(Workbench.preparation + before + "\n" + command)
    _ = try await other.run(Workbench.preparation + before)
    guard case .record(let record) = value else { throw Diagnostic(code: nil, "no record") }
    return (record, other.runner.session)
  }

  @Test(
    "of a training",
    arguments: [
      ("train 2 epochs", TrainingEnd.epochs(2)), ("train 3 steps", .steps(3)),
      ("train until dev.loss stalls for 1", .condition(.stalls(.devLoss, checks: 1))),
      ("train until loss < 9", .condition(.comparison(.loss, .less, 9))),
    ])
  func training(command: String, end: TrainingEnd) async throws {
    let (record, session) = try await pair("", command)
    let outcome = try await session.train(TrainingRequest(end)).outcome
    #expect(record["loss"] == .number(outcome.loss))
    #expect(record["steps"] == .integer(outcome.summary.stepCount))
    #expect(record["tokens"] == .integer(outcome.tokenCount))
    #expect(record["stopped"] == .string(outcome.summary.endingWord))
    #expect(record["dev_loss"] == outcome.keptEvaluation.map { .number(Double($0.loss)) })
    #expect((record["kept_step"] != nil) == (outcome.condition != nil))
  }

  @Test("of a measurement") func evaluation() async throws {
    let (record, session) = try await pair("train 1 step", "eval dev")
    let evaluation = try await session.evaluate(on: "dev")
    #expect(record["loss"] == .number(evaluation.estimate.mean))
    #expect(record["low"] == .number(evaluation.estimate.lower))
    #expect(record["perplexity"] == .number(evaluation.report.perplexity))
    #expect(record["tokens"] == .integer(evaluation.report.tokenCount))
  }

  @Test("of a comparison") func comparison() async throws {
    let (record, session) = try await pair("train 2 epochs", "compare")
    let comparison = try await session.compare()
    #expect(record["difference"] == .number(comparison.difference.mean))
    #expect(record["better"] == .bool(comparison.isBetter))
  }

  @Test("of a choice") func choice() async throws {
    let (record, session) = try await pair("", "sample \"number 3\" from [\"it is 21\", \"no\"]")
    let chosen = try await session.choose(
      among: ["it is 21", "no"], SampleRequest("number 3", SamplingSettings()))
    #expect(record["text"] == .string(chosen.texts[chosen.shares.order[0]]))
  }

  @Test("of what needs no training") func baselines() async throws {
    let (record, session) = try await pair("", "baseline")
    let scores = try await session.baselines()
    #expect(
      record.fields.dropLast().map(\.value) == scores.map { .number($0.estimate.mean) })
  }
}
