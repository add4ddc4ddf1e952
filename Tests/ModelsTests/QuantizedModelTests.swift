import Checkpoints
import Models
import Serialization
import Tensors
import TestSupport
import Testing

/// A gpt_oss whose experts are in four bits, as it was published; made by
/// scripts/dev/fixtures/quantized.py.
@Suite("A model with MXFP4 experts") struct QuantizedModelTests {
  private static let folder = GoldenModel.fixtures + "/published/gpt_oss"

  @Test("has the numbers and the logits that transformers unpacks") func logits() throws {
    let files = try ModelFiles(path: Self.folder)
    #expect(files.config.json["quantization_config"] == nil)
    #expect(files.contents.notes.contains { $0.contains("MXFP4") })
    let golden = try Safetensors(path: Self.folder + "/logits.safetensors")
    let model = try Transformer(reading: files)
    let down = try golden.tensor(named: "down")
    #expect(model.tensorsForFiles()["model.layers.1.mlp.experts.down_proj"]?.bits == down.bits)
    let ids = try golden.tensor(named: "ids")
    let expected = try golden.tensor(named: "logits").values
    let range = (expected.max() ?? 0) - (expected.min() ?? 0)
    #expect(range > 0.3)
    for row in 0..<2 {
      let sequence = ids.values[row * ids.columns..<(row + 1) * ids.columns].map { Int32($0) }
      let logits = model.logits(ofAll: sequence)
      let part = Array(expected[row * logits.count..<(row + 1) * logits.count])
      expectClose(logits.values, part, within: 2e-5 * range)
    }
  }

  @Test(
    "whose blocks and scales do not fit is refused",
    arguments: [
      ("_scales", [3, 64, 1, 1]), ("_blocks", [3, 64, 1, 15]), ("_blocks", [0, 64, 1 << 40, 16]),
      ("_blocks", [64, 16]),
    ])
  func refused(end: String, shape: [Int]) throws {
    let name = "model.layers.0.mlp.experts.gate_up_proj"
    let shapes = ["_blocks": [3, 64, 1, 16], "_scales": [3, 64, 1]].merging([end: shape]) { $1 }
    let folder = try TemporaryFolder()
    try folder.put("tokenizer.json", Array("{}".utf8))
    let config = #"{"model_type": "gpt_oss", "quantization_config": {"quant_method": "mxfp4"}}"#
    try folder.put("config.json", Array(config.utf8))
    var (header, place): ([String], Int) = ([], 0)
    for (end, shape) in shapes.sorted(by: { $0.key < $1.key }) {
      let size = shape.reduce(1, *)
      header.append(
        #""\#(name)\#(end)": {"dtype": "U8", "shape": \#(shape), "#
          + #""data_offsets": [\#(place), \#(place + size)]}"#)
      place += size
    }
    let text = "{" + header.joined(separator: ", ") + "}"
    var bytes: [UInt8] = []
    for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: text.utf8.count >> (8 * shift))) }
    try folder.put(
      "model.safetensors", bytes + Array(text.utf8) + [UInt8](repeating: 0, count: place))
    let error = failure { () throws(CheckpointError) in try ModelDirectory(path: folder.path) }
    #expect(error.map { "\($0)".contains(name) } == true, "\(String(describing: error))")
  }
}
