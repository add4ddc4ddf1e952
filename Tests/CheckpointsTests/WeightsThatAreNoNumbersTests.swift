import Checkpoints
import Foundation
import Reporting
import Serialization
import Tensors
import TestSupport
import Testing

/// NaN and infinity in files of weights, and other files that are not what they seem.
@Suite("Weights that are no numbers") struct WeightsThatAreNoNumbersTests {
  @Test("are named when they are read", arguments: DType.allCases, [Float.nan, -.infinity])
  func reading(dtype: DType, value: Float) throws {
    let folder = try TemporaryFolder()
    // Beyond the first piece of reading, 2²⁰ numbers.
    let tensor = Tensor(zeros: [3, 1 << 19])
    tensor[1 << 20 + 5] = value
    let path = folder.path + "/model.safetensors"
    try Safetensors.write(["w": tensor], as: dtype, to: path)
    let file = try Safetensors(path: path)
    _ = try file.tensor(named: "w")
    let error = failure { () throws(CheckpointError) in
      try file.tensor(named: "w", areWeights: true)
    }
    guard case .notFinite("w", path, [2, 5], let found) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(found.isNaN == value.isNaN)
    #expect(error?.message.contains("tensor `w` holds \(value) at [2, 5]") == true)
  }

  @Test("are named by a model's folder and by an adapter's") func folders() throws {
    let folder = try TemporaryFolder()
    try putTinyModel(in: folder)
    try Safetensors.write(
      ["w": Tensor([1, .infinity], shape: [2])], as: .float32,
      to: folder.path + "/model.safetensors")
    let directory = try ModelDirectory(path: folder.path)
    guard
      case .notFinite("w", _, [1], .infinity) = failure(of: { () throws(CheckpointError) in
        try directory.tensor(named: "w")
      })
    else {
      Issue.record("a model's folder gave it")
      return
    }
  }

  @Test("are not written") func writing() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/x.safetensors"
    let tensors = ["a": Tensor([1], shape: [1]), "b": Tensor([1, 2, 3, .nan], shape: [2, 2])]
    let error = failure { () throws(CheckpointError) in
      try Safetensors.write(tensors, as: .float32, to: path, areWeights: true)
    }
    guard case .unwritable("b", [1, 1], _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(try folder.names == [])
  }

  // MARK: Files that are something else

  static let pointer = """
    version https://git-lfs.github.com/spec/v1
    oid sha256:\(String(repeating: "0", count: 64))
    size 538090408

    """

  @Test(
    "a pointer of git-lfs is told from the file",
    arguments: ["model.safetensors", "tokenizer.json", "config.json"])
  func pointers(name: String) throws {
    let folder = try TemporaryFolder()
    try putTinyModel(in: folder)
    try folder.put(name, Self.pointer)
    let error = failure { () throws(CheckpointError) in try ModelDirectory(path: folder.path) }
    #expect(error == .filePointer(path: folder.path + "/" + name))
  }

  @Test("a header of very many keys is refused before it is read") func manyKeys() throws {
    let folder = try TemporaryFolder()
    let keys = (0..<500_000).map { "\"\($0)\":{}" }.joined(separator: ",")
    try folder.put("x", safetensors("{" + keys + "}"))
    let error = failure { () throws(CheckpointError) in try Safetensors(path: folder.path + "/x") }
    #expect(error == .headerOfTooManyKeys(path: folder.path + "/x", limit: 400_000))
  }
}
