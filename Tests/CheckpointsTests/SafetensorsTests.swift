import Checkpoints
import Foundation
import Reporting
import Serialization
import Tensors
import TestSupport
import Testing

@Suite("Safetensors") struct SafetensorsTests {
  /// The values are exact in all three types.
  @Test(arguments: DType.allCases)
  func readsBackWhatItWrites(dtype: DType) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.safetensors"
    let tensors = [
      "b": Tensor([1, -2, 0.5, -0.25, 384, 1.0 / 1024], shape: [2, 3]),
      "a": Tensor([3], shape: []), "empty": Tensor([], shape: [0, 4]),
    ]
    let hash = try Safetensors.write(tensors, as: dtype, to: path)
    let bytes = try folder.bytes(of: "a.safetensors")
    #expect(hash == ContentHash.of(bytes))
    #expect(try ContentHash.ofFile(at: path) == hash)
    #expect(bytes[0] % 8 == 0)

    let file = try Safetensors(path: path)
    #expect(file.names == ["a", "b", "empty"])
    #expect(file.metadata == ["format": "pt"])
    #expect(file.entry(named: "b")?.type == dtype.rawValue)
    for (name, tensor) in tensors {
      let read = try file.tensor(named: name, shape: tensor.shape)
      #expect(read.values == tensor.values)
    }
    #expect(try folder.names == ["a.safetensors"])
  }

  @Test func givesTheSameBytesForTheSameTensors() throws {
    let folder = try TemporaryFolder()
    let tensors = Dictionary(
      uniqueKeysWithValues: (0..<30).map { ("t\($0)", Tensor([Float($0)], shape: [1])) })
    let first = try Safetensors.write(tensors, as: .bfloat16, to: folder.path + "/1")
    let again = Dictionary(uniqueKeysWithValues: tensors.sorted { $0.key > $1.key })
    #expect(try Safetensors.write(again, as: .bfloat16, to: folder.path + "/2") == first)
  }

  /// Tensors longer than one piece of reading and writing (2²⁰ elements).
  @Test(arguments: [DType.bfloat16, .float16])
  func convertsLongTensorsInPieces(dtype: DType) throws {
    let folder = try TemporaryFolder()
    let count = 1 << 20 + 3
    let tensor = Tensor(zeros: [count])
    for (index, value) in [(0, 1), (count - 1, 2), (1 << 20, 3), (1 << 20 - 1, 4)] {
      tensor[index] = Float(value)
    }
    try Safetensors.write(["x": tensor], as: dtype, to: folder.path + "/x")
    let read = try Safetensors(path: folder.path + "/x").tensor(named: "x")
    #expect(read.bits == tensor.bits)
  }

  @Test func refusesToMakeANumberInfinite() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/x"
    let tensors = ["w": Tensor([1, -65520], shape: [2])]
    #expect(
      failure { () throws(CheckpointError) in
        try Safetensors.write(tensors, as: .float16, to: path)
      } == .valueTooLarge(tensor: "w", value: -65520, type: "float16"))
    #expect(try folder.names == [])
    try Safetensors.write(["w": Tensor([65519, .infinity], shape: [2])], as: .float16, to: path)
    #expect(try Safetensors(path: path).tensor(named: "w").values == [65504, .infinity])
  }

  static let refusedHeaders: [(header: String, data: Int, says: String)] = [
    ("", 0, "does not begin with `{`"),
    (" {}", 0, "does not begin with `{`"),
    ("\u{FEFF}{}", 0, "does not begin with `{`"),
    ("[]", 0, "does not begin with `{`"),
    ("{", 0, "byte 9 of the file"),
    ("{}x", 0, "byte 10 of the file"),
    (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},}"#, 1, "a `,` right before `}`"),
    (
      #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"#
        + #""a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4,
      "the key `a` is here a second time"
    ),
    ("{}", 1, "the data bytes 0 to 1 belong to no tensor"),
    (#"{"__metadata__":[]}"#, 0, "__metadata__ is an array"),
    (#"{"__metadata__":{"n":1}}"#, 0, "__metadata__ `n` is a number"),
    (#"{"a":1}"#, 0, "is described by a number"),
    (#"{"":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#, 0, "is empty"),
    (#"{"a\u0000":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#, 0, "control character"),
    (#"{"\u001b[2J":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#, 0, #"\u{1b}[2J"#),
  ]

  @Test("refuses a bad header, saying where", arguments: refusedHeaders)
  func refusesBadHeader(header: String, data: Int, says: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.put("m.safetensors", safetensors(header, dataCount: data))
    let error = try #require(failure { () throws(CheckpointError) in try Safetensors(path: path) })
    #expect(error.message.contains("m.safetensors"))
    #expect(error.message.contains(says), "\(error.message)")
  }

  /// Entries of a tensor `t` over four bytes of data.
  static let refusedEntries: [(entry: String, says: String)] = [
    (#""dtype":"F32","shape":[1]"#, "has no `data_offsets`"),
    (#""dtype":"F32","data_offsets":[0,4]"#, "has no `shape`"),
    (#""shape":[1],"data_offsets":[0,4]"#, "has no `dtype`"),
    (#""dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1"#, "unknown field `x`"),
    (#""dtype":"F31","shape":[1],"data_offsets":[0,4]"#, #"unknown dtype "F31""#),
    (#""dtype":32,"shape":[1],"data_offsets":[0,4]"#, "unknown dtype 32"),
    (#""dtype":"F32","shape":1,"data_offsets":[0,4]"#, "the shape 1"),
    (#""dtype":"F32","shape":[-1],"data_offsets":[0,4]"#, "the shape [-1]"),
    (#""dtype":"F32","shape":[1.0],"data_offsets":[0,4]"#, "the shape [1.0]"),
    (#""dtype":"F32","shape":["1"],"data_offsets":[0,4]"#, #"the shape ["1"]"#),
    (#""dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]"#, "exceeds 64 bits"),
    (#""dtype":"U8","shape":[9223372036854775807,3,0],"data_offsets":[0,4]"#, "exceeds 64 bits"),
    (#""dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4]"#, "the shape [9.2"),
    (#""dtype":"F4","shape":[3],"data_offsets":[0,4]"#, "exceeds 64 bits or"),
    (#""dtype":"F32","shape":[1],"data_offsets":[0]"#, "data_offsets [0]"),
    (#""dtype":"F32","shape":[1],"data_offsets":[0,4,8]"#, "data_offsets [0,4,8]"),
    (#""dtype":"F32","shape":[1],"data_offsets":[4,0]"#, "data_offsets [4,0]"),
    (#""dtype":"F32","shape":[1],"data_offsets":[-4,0]"#, "data_offsets [-4,0]"),
    (#""dtype":"F32","shape":[1],"data_offsets":[0,4.0]"#, "data_offsets [0,4.0]"),
    (#""dtype":"F32","shape":[1],"data_offsets":["0","4"]"#, #"data_offsets ["0","4"]"#),
    (#""dtype":"F32","shape":[1],"data_offsets":{"a":0}"#, "data_offsets {"),
    (#""dtype":"F32","shape":[2],"data_offsets":[0,4]"#, "needs 8 bytes but has 4"),
    (#""dtype":"F32","shape":[],"data_offsets":[0,0]"#, "needs 4 bytes but has 0"),
    (#""dtype":"F32","shape":[2],"data_offsets":[0,8]"#, "ends at byte 8 of the data, which has 4"),
    (#""dtype":"U8","shape":[3],"data_offsets":[1,4]"#, "begins at byte 1 of the data, but"),
    (#""dtype":"U8","shape":[3],"data_offsets":[0,3]"#, "data bytes 3 to 4 belong to no tensor"),
  ]

  @Test("refuses a bad entry, naming tensor and numbers", arguments: refusedEntries)
  func refusesBadEntry(entry: String, says: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.put("m.safetensors", safetensors("{\"t\":{\(entry)}}", dataCount: 4))
    let error = try #require(failure { () throws(CheckpointError) in try Safetensors(path: path) })
    #expect(error.message.contains(says), "\(error.message)")
  }

  /// Offsets of two tensors of bytes over eight bytes of data.
  static let pairs: [(first: [Int], second: [Int], isFine: Bool)] = [
    ([0, 4], [4, 8], true), ([4, 8], [0, 4], true), ([0, 0], [0, 8], true),
    ([8, 8], [0, 8], true),
    ([0, 8], [0, 8], false), ([0, 5], [4, 8], false), ([0, 3], [4, 8], false),
    ([3, 3], [0, 8], false), ([0, 4], [4, 9], false), ([1, 4], [4, 8], false),
  ]

  @Test("wants data covered without overlap or hole", arguments: pairs)
  func wantsCoverage(first: [Int], second: [Int], isFine: Bool) throws {
    let entries = [first, second].enumerated().map { index, offsets in
      "\"t\(index)\":{\"dtype\":\"U8\",\"shape\":[\(offsets[1] - offsets[0])],"
        + "\"data_offsets\":\(offsets)}"
    }
    let folder = try TemporaryFolder()
    let path = try folder.put("m", safetensors("{\(entries[0]),\(entries[1])}", dataCount: 8))
    let error = failure { () throws(CheckpointError) in try Safetensors(path: path) }
    #expect((error == nil) == isFine, "\(error?.message ?? "")")
  }

  @Test(
    "refuses a header length beyond all bounds",
    arguments: [UInt64.max, 1 << 63, 100_000_001, 25_000_001])
  func refusesLongHeader(length: UInt64) throws {
    let folder = try TemporaryFolder()
    let bytes = (0..<8).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) }
    let path = try folder.put("m", bytes + [0x7B, 0x7D])
    #expect(
      failure { () throws(CheckpointError) in try Safetensors(path: path) }
        == .headerTooLong(path: path, length: length, limit: 25_000_000))
  }

  @Test func survivesBeingCutAnywhere() throws {
    let folder = try TemporaryFolder()
    let whole = folder.path + "/whole"
    let tensors = ["a": Tensor([1, 2, 3], shape: [3]), "b": Tensor([4, 5], shape: [1, 2])]
    try Safetensors.write(tensors, as: .float16, to: whole)
    let bytes = try folder.bytes(of: "whole")
    for length in 0..<bytes.count {
      let path = try folder.put("cut", Array(bytes.prefix(length)))
      let error = failure { () throws(CheckpointError) in try Safetensors(path: path) }
      #expect(error != nil, "\(length) of \(bytes.count) bytes were accepted")
    }
  }

  @Test("an error, not a crash, when a file is cut after it was opened")
  func survivesCuttingLater() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/m"
    try Safetensors.write(["a": Tensor(zeros: [9000])], as: .float32, to: path)
    let file = try Safetensors(path: path)
    let end = try #require(file.entry(named: "a")).bytes.upperBound
    truncate(path, 500)
    #expect(
      failure { () throws(CheckpointError) in try file.tensor(named: "a") }
        == .fileEnds(path: path, end: 500, needed: end, tensor: "a"))
  }

  @Test func survivesEveryFlippedBitOfTheHeader() throws {
    let folder = try TemporaryFolder()
    try Safetensors.write(
      ["a": Tensor([1, 2], shape: [2])], as: .float32, to: folder.path + "/whole")
    let bytes = try folder.bytes(of: "whole")
    for bit in 0..<(bytes.count - 8) * 8 {
      var flipped = bytes
      flipped[bit / 8] ^= 1 << (bit % 8)
      let path = try folder.put("flipped", flipped)
      _ = failure { () throws(CheckpointError) in
        let file = try Safetensors(path: path)
        for name in file.names { _ = try file.tensor(named: name) }
      }
    }
  }

  @Test func namesWhatItCannotGive() throws {
    let folder = try TemporaryFolder()
    let header = #"{"i":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}"#
    let path = try folder.put("m", safetensors(header, dataCount: 8))
    let file = try Safetensors(path: path)
    func error(_ name: String, _ shape: [Int]?) -> CheckpointError? {
      failure { () throws(CheckpointError) in try file.tensor(named: name, shape: shape) }
    }
    #expect(error("x", nil) == .missingTensor(name: "x", path: path))
    #expect(error("i", nil) == .unsupportedType(tensor: "i", path: path, type: "I64"))
    #expect(
      error("i", [2]) == .wrongShape(tensor: "i", path: path, found: [1], expected: [2]))
  }
}
