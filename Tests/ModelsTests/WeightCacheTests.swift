import Autograd
import CPU
import Checkpoints
import Foundation
import Models
import Tensors
import TestSupport
import Testing

/// Models that are opened once more, from weights that were kept as kernels read them.
@Suite("A cache of packed weights") struct WeightCacheTests {
  /// A folder with a model, one for what is kept, and a cache of any size and age.
  private struct Place {
    let folder: TemporaryFolder
    var limits = WeightCache.Limits()
    var program = "ft"
    var start: String? = "start"

    init() throws {
      folder = try TemporaryFolder()
      limits.smallest = 0
      limits.settlingSeconds = -1
      limits.freeByteCount = 0
    }

    var cache: WeightCache {
      WeightCache(folder: folder.path + "/kept", program: program, limits: limits, start: start)
    }

    var kept: [String] {
      let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path + "/kept")
      return (names ?? []).sorted()
    }

    func path(_ name: String) -> String { folder.path + "/kept/" + name }

    /// Writes a model whose numbers `seed` says.
    func write(seed: UInt64 = 5, isTied: Bool = false, to name: String = "model") throws {
      let model = try TinyModel.make(isTied: isTied, seed: seed)
      try ModelDirectory.write(
        ModelContents(config: model.config.json, tokenizer: Array("{}".utf8)),
        tensors: model.namedTensors, as: .float32, to: folder.path + "/" + name)
    }

    func open(_ format: WeightFormat = .float32, model: String = "model") throws -> Transformer {
      try Transformer.open(
        ModelFiles(path: folder.path + "/" + model), packedAs: format, on: CPUDevice(),
        cache: cache)
    }

    func plain(_ format: WeightFormat = .float32, model: String = "model") throws -> Transformer {
      try Transformer(
        reading: ModelFiles(path: folder.path + "/" + model), packedAs: format, on: CPUDevice())
    }
  }

  /// Formats and bits of all weights, and the bits of what the model computes.
  private func expectSame(_ one: Transformer, _ other: Transformer) {
    #expect(one.parameters.map(\.name) == other.parameters.map(\.name))
    for (one, other) in zip(one.parameters, other.parameters) {
      #expect(one.weights.format == other.weights.format)
      #expect(one.weights.tensor.bits == other.weights.tensor.bits)
    }
    guard one.blueprint.reader == nil, one.blueprint.head.task == .nextToken else { return }
    let ids: [Int32] = [3, 20, 0, 17, 17, 5]
    #expect(one.logits(ofAll: ids).bits == other.logits(ofAll: ids).bits)
  }

  @Test("gives the bits of the files in every format", arguments: WeightFormat.allCases)
  func everyFormat(format: WeightFormat) throws {
    for isTied in [true, false] {
      let place = try Place()
      try place.write(isTied: isTied)
      let plain = try place.plain(format)
      expectSame(try place.open(format), plain)
      #expect(place.kept.count == 1)
      expectSame(try place.open(format), plain)
    }
  }

  @Test("gives the bits of the files of every family", arguments: GoldenModel.families)
  func everyFamily(golden: GoldenModel) throws {
    let place = try Place()
    let model = try golden.model()
    try ModelDirectory.write(
      ModelContents(config: model.config.json, tokenizer: Array("{}".utf8)),
      tensors: model.tensorsForFiles(), as: .float32, to: place.folder.path + "/model")
    let plain = try place.plain(.int8)
    for _ in 0..<2 {
      expectSame(try place.open(.int8), plain)
      #expect(place.kept.count == 1)
    }
  }

  @Test("gives the bits of GGUF files, in their own formats", arguments: GGUFModelTests.names)
  func everyFile(name: String) throws {
    let place = try Place()
    let path = "\(GGUFModelTests.folder)/\(name).gguf"
    let plain = try Transformer(
      reading: ModelFiles(path: path), packedAs: .float32, on: CPUDevice())
    for _ in 0..<2 {
      let model = try Transformer.open(
        ModelFiles(path: path), packedAs: .float32, on: CPUDevice(), cache: place.cache)
      expectSame(model, plain)
      #expect(place.kept.count == 1)
    }
  }

  /// The numbers of a file are not hashed, so a changed one shows where the model came from.
  @Test("is what answers the second time, and each format has its own") func answers() throws {
    let place = try Place()
    try place.write()
    let first = try place.open(.float32)
    let name = try #require(place.kept.first)
    var bytes = try place.folder.bytes(of: "kept/" + name)
    bytes[bytes.count - 1] ^= 1
    try place.folder.put("kept/" + name, bytes)
    let second = try place.open(.float32)
    let differing = zip(first.parameters, second.parameters).filter {
      $0.weights.tensor.bits != $1.weights.tensor.bits
    }
    #expect(differing.count == 1)
    expectSame(try place.open(.int8), try place.plain(.int8))
    #expect(place.kept.count == 2)
  }

  @Test("never answers for files that were changed, whatever their times say") func changed() throws
  {
    let place = try Place()
    try place.write(seed: 5)
    _ = try place.open()
    let weights = place.folder.path + "/model/model.safetensors"
    let times = try FileManager.default.attributesOfItem(atPath: weights)[.modificationDate]
    // In another folder, so that the file here is changed and not exchanged.
    try place.write(seed: 6, to: "other")
    let others = try place.folder.bytes(of: "other/model.safetensors")
    try place.folder.put(
      "model/model-manifest.json", place.folder.bytes(of: "other/model-manifest.json"))
    let handle = try FileHandle(forWritingTo: URL(filePath: weights))
    try handle.write(contentsOf: Data(others))
    try handle.close()
    try FileManager.default.setAttributes(
      [.modificationDate: try #require(times)], ofItemAtPath: weights)
    expectSame(try place.open(), try place.plain(model: "other"))
    // Exchanged.
    try place.write(seed: 7)
    expectSame(try place.open(), try place.plain())
  }

  @Test("keeps nothing of files that were changed a moment ago") func unsettled() throws {
    var place = try Place()
    place.limits.settlingSeconds = WeightCache.Limits().settlingSeconds
    try place.write()
    expectSame(try place.open(), try place.plain())
    #expect(place.kept.isEmpty)
  }

  @Test("finds out what is cut off, and makes it anew") func cut() throws {
    let place = try Place()
    try place.write()
    let plain = try place.open()
    let name = try #require(place.kept.first)
    let whole = try place.folder.bytes(of: "kept/" + name)
    let some = [0, 1, 7, 8, 9, 100, 4095, 4096, 4097, whole.count / 2, whole.count - 1]
    for bytes in some.map({ Array(whole[..<$0]) }) + [whole + [0], whole + whole] {
      try place.folder.put("kept/" + name, bytes)
      expectSame(try place.open(), plain)
      #expect(try place.folder.bytes(of: "kept/" + name) == whole)
    }
  }

  @Test("finds out a header that is not the one that was written") func damaged() throws {
    let place = try Place()
    try place.write()
    let plain = try place.open()
    let name = try #require(place.kept.first)
    let whole = try place.folder.bytes(of: "kept/" + name)
    let length = try #require(whole[8...].firstIndex(of: UInt8(ascii: "}"))) + 4000
    for index in stride(from: 0, to: min(length, whole.count), by: 29) {
      var bytes = whole
      bytes[index] ^= UInt8(1 << (index % 7))
      try place.folder.put("kept/" + name, bytes)
      expectSame(try place.open(), plain)
    }
  }

  @Test("takes no file of another model or of something else for its own") func foreign() throws {
    let place = try Place()
    try place.write(seed: 5)
    try place.write(seed: 6, to: "other")
    let plain = try place.open()
    let name = try #require(place.kept.first)
    _ = try place.open(model: "other")
    let other = try #require(place.kept.first { $0 != name })
    let texts = [
      try place.folder.bytes(of: "kept/" + other),
      try place.folder.bytes(of: "model/model.safetensors"), Array("not a file of weights".utf8),
    ]
    for bytes in texts {
      try place.folder.put("kept/" + name, bytes)
      expectSame(try place.open(), plain)
    }
    try FileManager.default.removeItem(atPath: place.path(name))
    try FileManager.default.createDirectory(
      atPath: place.path(name), withIntermediateDirectories: false)
    expectSame(try place.open(), plain)
  }

  @Test("goes by the program and by the model's config") func otherProgram() throws {
    var place = try Place()
    try place.write()
    _ = try place.open()
    place.program = "another"
    _ = try place.open()
    #expect(place.kept.count == 2)
  }

  @Test("whole trainings change memory, and never what is kept") func training() throws {
    let place = try Place()
    try place.write()
    _ = try place.open()
    let name = try #require(place.kept.first)
    let whole = try place.folder.bytes(of: "kept/" + name)
    let model = try place.open()
    model.unpack()
    for parameter in model.parameters { parameter.value.fill(1) }
    model.pack()
    #expect(try place.folder.bytes(of: "kept/" + name) == whole)
    expectSame(try place.open(), try place.plain())
  }

  @Test("what is removed stays whole for whoever has opened it") func removed() throws {
    let place = try Place()
    try place.write()
    _ = try place.open()
    let model = try place.open()
    try FileManager.default.removeItem(atPath: place.folder.path + "/kept")
    expectSame(model, try place.plain())
  }
}

/// Folders whose files are hashed whenever they are opened, since a save noted what they hold.
extension WeightCacheTests {
  @Test("hashes a saved folder once, and again when a file of it was changed") func hashing() throws
  {
    let place = try Place()
    try place.write()
    let path = place.folder.path + "/model"
    _ = try ModelFiles(path: path, cache: place.cache)
    let name = try #require(place.kept.first)
    #expect(place.kept.count == 1)
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 0)], ofItemAtPath: place.path(name))
    _ = try ModelFiles(path: path, cache: place.cache)
    let used = try FileManager.default.attributesOfItem(atPath: place.path(name))[.modificationDate]
    #expect(used as? Date != Date(timeIntervalSince1970: 0))
    var bytes = try place.folder.bytes(of: "model/model.safetensors")
    bytes[bytes.count - 1] ^= 1
    try place.folder.put("model/model.safetensors", bytes)
    #expect(throws: CheckpointError.self) { try ModelFiles(path: path, cache: place.cache) }
    #expect(throws: CheckpointError.self) { try ModelFiles(path: path, cache: place.cache) }
  }
}
