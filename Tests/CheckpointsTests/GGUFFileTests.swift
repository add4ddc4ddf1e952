import Checkpoints
import Foundation
import Reporting
import Tensors
import TestSupport
import Testing

@Suite("A GGUF file") struct GGUFFileTests {
  static let fixtures = GoldenModel.fixtures + "/gguf"

  @Test("numbers of every type are those of gguf-py, to the bit") func types() throws {
    let parts = try GGUFParts(path: Self.fixtures + "/types.gguf")
    let golden = try Safetensors(path: Self.fixtures + "/types.safetensors")
    #expect(parts.tensorNames.count == GGUFTensorType.allCases.filter(\.isReadable).count)
    for name in parts.tensorNames {
      let expected = try golden.tensor(named: name)
      let found = try parts.tensor(named: name)
      #expect(found.shape == expected.shape && found.values == expected.values, "\(name)")
    }
  }

  @Test("matrices in types of products' own are packed as they are") func packed() throws {
    let parts = try GGUFParts(path: Self.fixtures + "/types.gguf")
    for (name, format) in [("q8_0", "q8_0"), ("q4_0", "q4_0"), ("q4_1", "q4_1")] {
      let packed = try #require(try parts.packed(named: name + ".weight"))
      #expect(packed.format.rawValue == format)
      #expect(
        packed.unpacked().values == (try parts.tensor(named: name + ".weight").values))
    }
    #expect(try parts.packed(named: "q6_k.weight") == nil)
  }

  /// What a file is refused for, in the words of its message.
  @Test("is refused with its fault", arguments: faults)
  func refusal(name: String, bytes: [UInt8], says: String) throws {
    let folder = try TemporaryFolder()
    try folder.put("x.gguf", bytes)
    let start = ContinuousClock.now
    let error = #expect(throws: CheckpointError.self) {
      try GGUFParts(path: folder.path + "/x.gguf")
    }
    let text = "\(try #require(error))"
    #expect(text.contains(says), "\(name): \(text)")
    #expect(ContinuousClock.now - start < .seconds(1))
    #expect(try #require(error).diagnostic.hints.isEmpty == false || text.contains("cut off"))
  }

  static let faults: [(String, [UInt8], String)] = [
    ("magic", GGUFBytes(magic: "GGML").bytes, "begins with `GGML` instead of `GGUF`"),
    ("version 1", GGUFBytes(version: 1).bytes, "is GGUF version 1; versions 2 and 3"),
    ("version 0", GGUFBytes(version: 0).bytes, "is GGUF version 0"),
    ("version 4", GGUFBytes(version: 4).bytes, "is GGUF version 4"),
    ("big endian", GGUFBytes(version: 0x0300_0000).bytes, "for big-endian machines"),
    ("short", Array("GGUF".utf8), "ends at byte 4"),
    ("settings", GGUFBytes(settings: .max).bytes, "18446744073709551615 settings"),
    ("tensors", GGUFBytes(tensors: 1 << 40).bytes, "1099511627776 tensors"),
    ("key", made(settings: 1) { $0.add("abc", length: 1 << 40) }, "has 1099511627776 bytes"),
    ("empty key", made(settings: 1) { $0.setting("", kind: 4, UInt64(0)) }, "has no key"),
    (
      "kind", made(settings: 1) { $0.setting("general.x", kind: 13, UInt32(0)) },
      "`general.x` is of type 13"
    ),
    (
      "truth", made(settings: 1) { $0.setting("general.x", kind: 7, UInt8(2)) },
      "neither true nor false"
    ),
    (
      "twice",
      made(settings: 2) {
        $0.setting("general.x", kind: 4, UInt32(0))
        $0.setting("general.x", kind: 4, UInt32(0))
      }, "`general.x` is there twice"
    ),
    (
      "text",
      made(settings: 1) {
        $0.add("general.x")
        $0.add(UInt32(8))
        $0.add("abc", length: .max)
      }, "has 18446744073709551615 bytes"
    ),
    (
      "list",
      made(settings: 1) {
        $0.add("general.x")
        $0.add(UInt32(9))
        $0.add(UInt32(4))
        $0.add(UInt64(1) << 62)
      }, "4611686018427387904 values of `general.x`"
    ),
    (
      "lists of lists",
      made(settings: 1) {
        $0.add("general.x")
        $0.add(UInt32(9))
        $0.add(UInt32(9))
        $0.add(UInt64(1))
      }, "is a list of lists"
    ),
    (
      "alignment",
      made(tensors: 0, settings: 1) {
        $0.setting("general.alignment", kind: 4, UInt32(13))
      }, "is 13 instead of a power of two"
    ),
    (
      "alignment's type",
      made(settings: 1) {
        $0.setting("general.alignment", kind: 10, UInt64(32))
      }, "is not a whole number of 32 bits"
    ),
    (
      "name", made(tensors: 1) { $0.tensor(String(repeating: "n", count: 64), [1]) },
      "has 64 bytes; at most 63"
    ),
    ("dimensions", made(tensors: 1) { $0.tensor("a", [1, 1, 1, 1, 1]) }, "has 5 dimensions"),
    ("size 0", made(tensors: 1) { $0.tensor("a", [0]) }, "has a dimension of 0"),
    ("size", made(tensors: 1) { $0.tensor("a", [1 << 63]) }, "has a dimension of 922"),
    (
      "product", made(tensors: 1) { $0.tensor("a", [1 << 40, 1 << 40]) }, "exceeds 64 bits"
    ),
    (
      "bytes", made(tensors: 1) { $0.tensor("a", [1 << 31, 1 << 30]) }, "exceed 64 bits"
    ),
    ("type", made(tensors: 1) { $0.tensor("a", [32], type: 4) }, "is of type 4"),
    ("blocks", made(tensors: 1) { $0.tensor("a", [33], type: 8) }, "no multiple of Q8_0's blocks"),
    (
      "offset", made(tensors: 1, data: 64) { $0.tensor("a", [1], offset: 32) },
      "begins at byte 32 of the data instead of 0"
    ),
    (
      "overlap",
      made(tensors: 2, data: 64) {
        $0.tensor("a", [16])
        $0.tensor("b", [16])
      }, "`b` begins at byte 0 of the data instead of 64"
    ),
    (
      "names",
      made(tensors: 2, data: 64) {
        $0.tensor("a", [1])
        $0.tensor("a", [1], offset: 32)
      }, "`a` is there twice"
    ),
    (
      "data", made(tensors: 1, data: 32) { $0.tensor("a", [16]) }, "needs 128: is the file cut off?"
    ),
  ]

  private static func made(
    tensors: UInt64 = 0, settings: UInt64 = 0, data: Int = 0, _ fill: (inout GGUFBytes) -> Void
  ) -> [UInt8] {
    var file = GGUFBytes(tensors: tensors, settings: settings)
    fill(&file)
    file.data(data)
    return file.bytes
  }

  @Test("cut anywhere is refused, and does not crash") func cuts() throws {
    let folder = try TemporaryFolder()
    let whole = [UInt8](try Data(contentsOf: URL(filePath: Self.fixtures + "/llama.gguf")))
    for end in [0, 3, 4, 8, 23, 24, 30, 100, 500, 2000, 4000, whole.count / 2, whole.count - 33] {
      try folder.put("x.gguf", Array(whole[..<end]))
      #expect(throws: CheckpointError.self, "\(end)") {
        try GGUFParts(path: folder.path + "/x.gguf")
      }
    }
  }

  @Test("of a type that is not read names it") func unreadable() throws {
    let folder = try TemporaryFolder()
    try folder.put(
      "x.gguf",
      Self.made(tensors: 1, data: 66) { $0.tensor("blk.0.attn_q.weight", [256], type: 16) })
    let parts = try GGUFParts(path: folder.path + "/x.gguf")
    let error = #expect(throws: CheckpointError.self) {
      try parts.tensor(named: "blk.0.attn_q.weight")
    }
    #expect(
      "\(try #require(error))".contains("`blk.0.attn_q.weight` is IQ2_XXS, which is not read"))
  }

  @Test("in several parts is one model, whichever is named") func parts() throws {
    let folder = try TemporaryFolder()
    func put(_ number: UInt16, of count: UInt16, name: String, tensor: String) throws {
      var file = GGUFBytes(tensors: 1, settings: number == 1 ? 4 : 2)
      file.setting("split.no", kind: 2, number - 1)
      file.setting("split.count", kind: 2, count)
      if number == 1 {
        file.setting("split.tensors.count", kind: 5, Int32(2))
        file.setting("general.architecture", "llama")
      }
      file.tensor(tensor, [4])
      file.data(16)
      try folder.put(name, file.bytes)
    }
    try put(1, of: 2, name: "m-00001-of-00002.gguf", tensor: "a")
    try put(2, of: 2, name: "m-00002-of-00002.gguf", tensor: "b")
    for name in ["m-00001-of-00002.gguf", "m-00002-of-00002.gguf"] {
      let parts = try GGUFParts(path: folder.path + "/" + name)
      #expect(parts.tensorNames == ["a", "b"])
      #expect(parts.settings["general.architecture"]?.text == "llama")
    }
    try put(2, of: 2, name: "m-00002-of-00002.gguf", tensor: "a")
    #expect(throws: CheckpointError.self) {
      try GGUFParts(path: folder.path + "/m-00001-of-00002.gguf")
    }
    try FileManager.default.removeItem(atPath: folder.path + "/m-00002-of-00002.gguf")
    let error = #expect(throws: CheckpointError.self) {
      try GGUFParts(path: folder.path + "/m-00001-of-00002.gguf")
    }
    #expect("\(try #require(error))".contains("m-00002-of-00002.gguf is not there"))
  }
}
