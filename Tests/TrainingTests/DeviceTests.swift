import Adapters
import Checkpoints
import Datasets
import Foundation
import Models
import Tensors
import TestSupport
import Testing
import Training

/// A training and its checkpoint touch a device's memory through its operations alone: beside
/// them that of ``GuardedDevice`` is locked.
@Suite("Nothing bypasses the device") struct DeviceTests {
  /// Locking costs two calls of the system an operation and block, so each optimizer runs once.
  @Test("in a training, whose bits are the processor's", arguments: OptimizerKind.allCases)
  func training(optimizer: OptimizerKind) throws {
    for method in optimizer == .adamw ? CrossRun.Method.allCases : [.full] {
      let expected = try CrossRun(
        method, CrossRun.Subject(model: { try TinyModel.make(isTied: false) }, rowLength: 11),
        rowsAtATime: 2, optimizer: optimizer
      ).finished()
      let device = GuardedDevice()
      let subject = CrossRun.Subject(
        model: { try TinyModel.make(isTied: false).copied(to: device) }, rowLength: 11)
      let run = try CrossRun(method, subject, rowsAtATime: 2, optimizer: optimizer)
      #expect(try run.finished() == expected)
      let products = device.calls.filter { $0.key.hasPrefix("multiply") }.values.reduce(0, +)
      #expect(products > 100, "\(device.calls)")
    }
  }

  @Test("with the norms, caps and windows of gemma") func gemma() throws {
    let device = GuardedDevice()
    let golden = try GoldenModel.gemma2.model()
    let guarded = golden.copied(to: device)
    let ids = try GoldenModel.gemma2.examples().flatMap(\.ids)
    let arena = Arena(device)
    #expect(guarded.logits(ofAll: ids, in: arena).bits == golden.logits(ofAll: ids).bits)
    #expect(device.calls["softCap(_:cap:)"] != nil)
  }

  @Test("when a checkpoint is written and read") func checkpoints() throws {
    let folder = try TemporaryFolder()
    let device = GuardedDevice()
    let subject = CrossRun.Subject(
      model: { try TinyModel.make(isTied: true).copied(to: device) }, rowLength: 11)
    let run = try CrossRun(.full, subject, rowsAtATime: 8)
    _ = try run.trainer.step()
    let examples = run.trainer.firstExamples
    try TrainingCheckpoint(folder: folder.path, trainer: run.trainer, examples: examples)
      .save(run.trainer)
    let file = try Safetensors(path: folder.path + "/step-1.safetensors")
    #expect(file.names.contains("losses"))
  }

  @Test("and memory goes back to it") func memory() throws {
    let device = GuardedDevice()
    do {
      let model = try TinyModel.make(isTied: true).copied(to: device)
      model.pack()
      #expect(device.heldByteCount > 0)
    }
    #expect(device.heldByteCount == 0)
  }
}
