import Autograd
import Datasets
import Evaluation
import Models
import Objectives
import Tensors
import TestSupport
import Testing

/// Rows with preferences that begin alike are measured together, each as it is alone.
@Suite("Preferences that begin alike") struct SharedMeasuringTests {
  static let preferences = [true, false].flatMap {
    TinyModel.begun(TinyModel.preferences(isSharing: $0))
  }

  /// Those whose loss of a row depends on no other row.
  static let objectives: [any Objective] = [DPO(), IPO(), SimPO()]

  @Test("what a model gives rows before training is what it gives each alone") func references()
    throws
  {
    let model = try TinyModel.make(isTied: true)
    for budget in [1, 100, 4096] {
      let together = DPO().referred(
        Self.preferences, by: Measuring(model, microbatchTokens: budget))
      let alone = Self.preferences.flatMap {
        DPO().referred([$0], by: Measuring(model, microbatchTokens: budget))
      }
      #expect(together.map(\.reference) == alone.map(\.reference))
      #expect(together.allSatisfy { $0.reference.count == 2 })
    }
  }

  @Test("losses and margins are those of each row alone", arguments: objectives.indices)
  func losses(place: Int) throws {
    let objective = Self.objectives[place]
    let model = try TinyModel.make(isTied: true)
    let alone = Self.preferences.map {
      Evaluator.loss(of: model, on: [$0], by: objective, microbatchTokens: 4096)
    }
    for budget in [1, 100, 4096] {
      let whole = try #require(
        Evaluator.loss(
          of: model, on: Self.preferences, by: objective, microbatchTokens: budget))
      #expect(whole.sums == alone.flatMap { $0?.sums ?? [] })
      #expect(whole.margins == alone.flatMap { $0?.margins ?? [] })
    }
  }

  @Test("verdicts have the losses of each row alone") func verdicts() throws {
    let model = try TinyModel.make(isTied: true)
    func losses(_ rows: ArraySlice<EncodedExample>) -> [Float] {
      let tape = Tape(arena: Arena(), isRecording: false)
      return KTO().sharingPrefixes(true).losses(
        of: rows, by: model, on: tape, dropout: nil, factor: 1
      ).losses
    }
    let rows = TinyModel.begun(TinyModel.verdicts())
    #expect(losses(rows[...]) == rows.indices.flatMap { losses(rows[$0...$0]) })
    let kept = KTO().referred(rows, by: Measuring(model, microbatchTokens: 4096))
    let small = KTO().referred(rows, by: Measuring(model, microbatchTokens: 1))
    #expect(kept == small)
  }

  @Test("the model that rows were referred to has the losses that their references tell")
  func unchanged() throws {
    let model = try TinyModel.make(isTied: true)
    let verdicts = TinyModel.begun(TinyModel.verdicts())
    let cases: [(any Objective, [EncodedExample])] = [
      (DPO(beta: 0.5, smoothing: 0.1), Self.preferences), (IPO(), Self.preferences),
      (KTO(goodWeight: 0.5), verdicts),
    ]
    for (objective, rows) in cases {
      let referred = objective.referred(rows, by: Measuring(model, microbatchTokens: 4096))
      let told = try #require(Evaluator.loss(ofReferred: referred, by: objective))
      let run = try #require(
        Evaluator.loss(of: model, on: referred, by: objective, microbatchTokens: 4096))
      #expect(told.sums == run.sums && told.margins == run.margins)
      #expect(told.tokenCounts == run.tokenCounts && told.correctCounts == run.correctCounts)
      #expect(Evaluator.loss(ofReferred: rows, by: objective) == nil)
    }
    #expect(Evaluator.loss(ofReferred: Self.preferences, by: SimPO()) == nil)
  }

  @Test("fewer tokens are computed") func fewer() {
    let apart = RowGroups(Self.preferences, sharing: false)
    #expect(RowGroups(Self.preferences, sharing: true).size < apart.size * 3 / 4)
  }
}
