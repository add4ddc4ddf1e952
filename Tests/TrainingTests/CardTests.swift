import CUDA
import CUDAEmulation
import Datasets
import Models
import Tensors
import TestSupport
import Testing
import Training

/// Whole trainings on the card that is not there: its kernels, compiled for the processor, run by the
/// device as a card's are.
@Suite("A card trains to the processor's bits", .serialized, .enabled(if: ft_emulation_runs_here()))
struct CardTests {
  private let device: CUDADevice

  init() throws {
    device = CUDADevice(
      try Card(number: 0, findingFunctionsBy: { ft_emulated_function($0) }))
  }

  /// What a training comes to on each device.
  private func expectSame(
    _ method: CrossRun.Method, rowsAtATime: Int, optimizer: OptimizerKind = .adamw
  ) throws {
    let make = { try TinyModel.make(isTied: false) }
    let ofProcessor = try CrossRun(
      method, CrossRun.Subject(model: make, rowLength: 11), rowsAtATime: rowsAtATime,
      optimizer: optimizer
    ).finished()
    let ofCard = try CrossRun(
      method, CrossRun.Subject(model: { try make().copied(to: device) }, rowLength: 11),
      rowsAtATime: rowsAtATime, optimizer: optimizer
    ).finished()
    #expect(ofCard == ofProcessor)
  }

  @Test("by each method", arguments: CrossRun.Method.allCases) func methods(
    _ method: CrossRun.Method
  ) throws {
    try expectSame(method, rowsAtATime: 8)
  }

  @Test(
    "with states that rows change one after the other", arguments: [CrossRun.Method.full, .lowRank])
  func deltaRule(_ method: CrossRun.Method) throws {
    let golden = CrossRun.golden("qwen3_5")
    let ofProcessor = try CrossRun(method, golden, rowsAtATime: 8).finished()
    let onCard = CrossRun.Subject(
      model: { try golden.model().copied(to: device) }, rowLength: golden.rowLength)
    #expect(try CrossRun(method, onCard, rowsAtATime: 3).finished() == ofProcessor)
  }

  @Test(
    "waiting for the losses of a step and for its norms alone",
    arguments: CrossRun.Method.allCases)
  func waits(_ method: CrossRun.Method) throws {
    let subject = CrossRun.Subject(
      model: { try TinyModel.make(isTied: false).copied(to: device) }, rowLength: 11)
    let trainer = try CrossRun(method, subject, rowsAtATime: 8).trainer
    _ = try trainer.step()
    _ = ft_emulated_take_waits()
    _ = try trainer.step()
    // For the losses, for which tokens are right, and for the norms.
    #expect(ft_emulated_take_waits() == 3)
  }

  @Test("whatever is computed at a time", arguments: [1, 3]) func microbatches(_ rows: Int) throws {
    try expectSame(.lowRank, rowsAtATime: rows)
  }

  @Test("by each optimizer", arguments: OptimizerKind.allCases) func optimizers(
    _ optimizer: OptimizerKind
  ) throws {
    try expectSame(.full, rowsAtATime: 8, optimizer: optimizer)
  }

  @Test("with the norms, caps and windows of gemma") func gemma() throws {
    let golden = try GoldenModel.gemma2.model()
    let onCard = golden.copied(to: device)
    let ids = try GoldenModel.gemma2.examples().flatMap(\.ids)
    let arena = Arena(device)
    #expect(onCard.logits(ofAll: ids, in: arena).bits == golden.logits(ofAll: ids).bits)
  }
}
