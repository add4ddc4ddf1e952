import Autograd
import CPU
import Datasets
import Foundation
import Models
import Objectives
import Session
import Tensors
import Testing

/// What rounding rows to integers costs a model whose weights are rounded already.
@Suite("The loss by products in integers") struct IntegerLossTests {
  private static let library = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "stdlib")
    .path(percentEncoded: false)

  @Test("is within 0.2 % of that by products of numbers", arguments: [WeightFormat.int8, .fourBit])
  func finch(format: WeightFormat) throws {
    let model = try LoadedModel(
      reading: Self.library + "/models/finch", name: "finch", base: format, on: CPUDevice())
    let rows = try DatasetFile().load(path: Self.library + "/data/support.jsonl").examples
    let examples = try model.encoder(Settings()).encode(
      Array(rows.suffix(48)), file: "support.jsonl"
    ).examples
    let losses = ActivationFormat.allCases.map { activations in
      let tape = Tape(arena: Arena(CPUDevice()), isRecording: false, activations: activations)
      let losses = NextToken().losses(of: examples[...], by: model.model, on: tape, factor: 1)
      return losses.losses.reduce(0.0) { $0 + Double($1) } / Double(losses.losses.count)
    }
    #expect(losses[0] != losses[1] && abs(losses[1] / losses[0] - 1) < 0.002, "\(losses)")
  }
}
