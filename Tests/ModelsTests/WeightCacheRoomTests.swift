import CPU
import Checkpoints
import Foundation
import Tensors
import TestSupport
import Testing

/// Where packed weights are kept, how long, and by whom.
@Suite("The folder of packed weights") struct WeightCacheRoomTests {
  private static let keys = (0..<4).map { String(repeating: "\($0)", count: 64) }

  private func weights(rows: Int = 64) throws -> [(name: String, weights: Weights)] {
    let matrix = Tensor((0..<rows * 48).map { Float($0) }, shape: [rows, 48])
    return [
      ("norm", .dense(Tensor([1, 2, 3], shape: [3]))),
      ("matrix", .packed(try #require(PackedMatrix(matrix, as: .float32)))),
    ]
  }

  private func cache(
    _ folder: TemporaryFolder, start: String? = "start",
    _ change: (inout WeightCache.Limits) -> Void = { _ in }
  ) -> WeightCache {
    var limits = WeightCache.Limits()
    limits.freeByteCount = 0
    change(&limits)
    return WeightCache(folder: folder.path, program: "ft", limits: limits, start: start)
  }

  private func setAge(_ name: String, _ seconds: Double, in folder: TemporaryFolder) throws {
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -seconds)],
      ofItemAtPath: folder.path + "/" + name)
  }

  @Test("gives back what it was given") func roundTrip() throws {
    let folder = try TemporaryFolder()
    let (cache, given) = (cache(folder), try weights())
    cache.keep(given, as: Self.keys[0])
    let kept = try #require(cache.weights(of: Self.keys[0], on: CPUDevice()))
    for (name, weights) in given {
      let found = try #require(kept.weights(named: name, shape: weights.shape))
      #expect(found.format == weights.format)
      #expect(found.tensor.bits == weights.tensor.bits)
    }
    #expect(kept.weights(named: "matrix", shape: [48, 64]) == nil)
    #expect(kept.weights(named: "norm", shape: [4]) == nil)
    #expect(kept.weights(named: "another", shape: [3]) == nil)
    #expect(cache.weights(of: Self.keys[1], on: CPUDevice()) == nil)
    #expect(cache.weights(of: Self.keys[0], on: GuardedDevice()) == nil)
  }

  @Test("a file is known by the machine's start until it is flushed") func flushing() throws {
    let folder = try TemporaryFolder()
    let key = Self.keys[0]
    cache(folder).keep(try weights(), as: key)
    #expect(try folder.names == [key + ".start"])
    #expect(cache(folder).weights(of: key, on: CPUDevice()) != nil)
    #expect(try folder.names == [key + ".start"])
    #expect(cache(folder, start: "another").weights(of: key, on: CPUDevice()) == nil)
    try setAge(key + ".start", 70, in: folder)
    #expect(cache(folder).weights(of: key, on: CPUDevice()) != nil)
    #expect(try folder.names == [key])
    #expect(cache(folder, start: "another").weights(of: key, on: CPUDevice()) != nil)
  }

  @Test("where the system does not tell its start, files are flushed at once") func noStart() throws
  {
    let folder = try TemporaryFolder()
    cache(folder, start: nil).keep(try weights(), as: Self.keys[0])
    #expect(try folder.names == [Self.keys[0]])
    #expect(cache(folder).weights(of: Self.keys[0], on: CPUDevice()) != nil)
  }

  @Test("what was not used for longest goes first, and what no start knows any more") func limit()
    throws
  {
    let folder = try TemporaryFolder()
    let weights = try weights()
    cache(folder, start: nil).keep(weights, as: Self.keys[0])
    let size = try folder.bytes(of: Self.keys[0]).count
    let tight = { (start: String?) in
      self.cache(folder, start: start) { $0.byteCount = 2 * size + size / 2 }
    }
    cache(folder, start: "earlier").keep(weights, as: Self.keys[3])
    try setAge(Self.keys[0], 300, in: folder)
    tight(nil).keep(weights, as: Self.keys[1])
    #expect(try folder.names == [Self.keys[0], Self.keys[1]])
    try setAge(Self.keys[1], 200, in: folder)
    #expect(tight(nil).weights(of: Self.keys[0], on: CPUDevice()) != nil)
    try folder.put("of a person", [1, 2, 3])
    tight(nil).keep(weights, as: Self.keys[2])
    #expect(try folder.names == [Self.keys[0], Self.keys[2], "of a person"])
    cache(folder) { $0.byteCount = 10 }.keep(weights, as: Self.keys[1])
    #expect(try folder.names.contains { $0.hasPrefix(Self.keys[1]) } == false)
  }

  @Test("nothing is written where the disk is nearly full, or where nothing can be") func noRoom()
    throws
  {
    let folder = try TemporaryFolder()
    cache(folder) { $0.freeByteCount = .max / 2 }.keep(try weights(), as: Self.keys[0])
    #expect(try folder.names.isEmpty)
    try folder.put("file", [1])
    let nowhere = WeightCache(folder: folder.path + "/file/kept", program: "ft", start: "start")
    nowhere.keep(try weights(), as: Self.keys[0])
    #expect(nowhere.weights(of: Self.keys[0], on: CPUDevice()) == nil)
    #expect(try folder.names == ["file"])
  }

  @Test("a writer that was killed leaves nothing, and one that writes is not joined") func writers()
    throws
  {
    let folder = try TemporaryFolder()
    let name = Self.keys[0] + ".start"
    try folder.put(".\(name).1-2.partial", [1, 2, 3])
    try folder.put(".\(Self.keys[1]).1-2.partial", [1, 2, 3])
    let other = try AtomicFile(path: folder.path + "/" + name)
    try other.write([1, 2, 3])
    cache(folder).keep(try weights(), as: Self.keys[0])
    #expect(try folder.names.count == 1)
    withExtendedLifetime(other) {}
  }

  @Test("many at once leave one whole file") func concurrent() throws {
    let folder = try TemporaryFolder()
    let weights = try weights(rows: 2048)
    let expected = weights[1].weights.tensor.bits
    for _ in 0..<5 {
      let cache = cache(folder)
      DispatchQueue.concurrentPerform(iterations: 4) { _ in
        cache.keep(weights, as: Self.keys[0])
        _ = cache.weights(of: Self.keys[0], on: CPUDevice())
      }
      let kept = try #require(cache.weights(of: Self.keys[0], on: CPUDevice()))
      #expect(kept.weights(named: "matrix", shape: [2048, 48])?.tensor.bits == expected)
      #expect(try folder.names == [Self.keys[0] + ".start"])
      cache.forget(Self.keys[0])
      #expect(try folder.names.isEmpty)
    }
  }

  @Test("a matrix lies within its file, where kernels can read it") func places() throws {
    let folder = try TemporaryFolder()
    try folder.put("file", [UInt8](repeating: 1, count: 4096 + 128))
    let handle = try FileHandle(forReadingFrom: URL(filePath: folder.path + "/file"))
    let file = try #require(
      MappedFile(descriptor: handle.fileDescriptor, byteCount: 4096 + 128, on: CPUDevice()))
    for (offset, isThere) in [
      (0, true), (128, true), (129, false), (192, false), (-64, false), (1 << 40, false),
      (.max - 63, false),
    ] {
      let matrix = PackedMatrix(.float32, rows: 32, columns: 32, at: offset, of: file)
      #expect((matrix != nil) == isThere, "\(offset)")
    }
  }
}
