import CFolders
import Foundation
package import Tensors

/// A folder of weights as kernels read them, each model's by a hash of what they follow from: to open a
/// model once more is to map a file.
///
/// Nothing of it is needed. What is missing, damaged or of another program is made anew, and where nothing
/// can be written, nothing is.
///
/// A file that was just written is not on the disk yet, and waiting for that would take longer than all
/// else. So its name ends in the machine's start, within which the page cache has all of it; who opens it
/// a minute later has it flushed, and takes the ending away. After a power cut nobody knows the name.
package struct WeightCache: Sendable {
  /// Its limits.
  package struct Limits: Sendable {
    /// The bytes that all files may take; what was not used for longest goes first.
    package var byteCount = 16 << 30
    /// The bytes that stay free on the disk.
    package var freeByteCount = 4 << 30
    /// Smaller models, in bytes, open as fast without.
    package var smallest = 16 << 20
    /// The seconds since a source's last change before which it is not yet settled.
    package var settlingSeconds = 2
    /// The age, in seconds, at which a file is flushed: the system has done most of it by then.
    package var flushingSeconds = 60

    package init() {}
  }

  /// Where it is.
  package let folder: String
  private let program: String
  private let limits: Limits
  private let start: String?

  /// - Parameters:
  ///   - folder: where it is kept; made when something is.
  ///   - program: what tells this program from others, which may lay weights out in another way.
  ///   - limits: its limits.
  ///   - start: what tells this start of the machine from others; nil where the system does not say.
  package init(
    folder: String, program: String, limits: Limits = Limits(), start: String? = Self.systemStart
  ) {
    (self.folder, self.program, self.limits, self.start) = (folder, program, limits, start)
  }

  /// What Linux calls its start.
  package static var systemStart: String? {
    guard
      let bytes = FileManager.default.contents(atPath: "/proc/sys/kernel/random/boot_id")
    else { return nil }
    let text = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
    return text.isEmpty || text.contains("/") ? nil : text
  }

  /// What tells the weights of a model in one format from all others; nil where they are not worth
  /// keeping, or their files were changed a moment ago.
  ///
  /// - Parameters:
  ///   - sources: what they follow from.
  ///   - config: the model's, as it was understood.
  ///   - format: what they are packed in.
  ///   - byteCount: the bytes that they take.
  /// - Returns: 64 hexadecimal digits.
  package func key(
    _ sources: WeightSources, config: String, as format: WeightFormat, byteCount: Int
  ) -> String? {
    key(sources, [format.rawValue, config], byteCount: byteCount)
  }

  /// What tells a thing that follows from files and `facts` from all others, as long as it is worth
  /// keeping.
  func key(_ sources: WeightSources, _ facts: [String], byteCount: Int) -> String? {
    guard byteCount >= limits.smallest, byteCount <= limits.byteCount,
      sources.files.allSatisfy({ $0.isSettled(for: limits.settlingSeconds) })
    else { return nil }
    let all = [program] + facts + [sources.reading] + sources.files.map(\.text)
    return ContentHash.of(Array(all.joined(separator: "\n").utf8))
  }

  // MARK: Files

  /// Opens what is kept under a key; nil when there is nothing whole.
  package func weights(of key: String, on device: any Device) -> PackedWeights? {
    for name in [key, freshName(key)] {
      let path = folder + "/" + name
      guard OpenFile.exists(path) else { continue }
      guard let weights = PackedWeights(path: path, key: key, on: device) else {
        forget(name)
        continue
      }
      if name == key { noteUse(of: path) } else { settle(path, as: folder + "/" + key) }
      return weights
    }
    return nil
  }

  /// Keeps weights under a key, unless another process is about to, or there is no room.
  package func keep(_ weights: [(name: String, weights: Weights)], as key: String) {
    do throws(CheckpointError) {
      try makeOwnFolder()
      let byteCount = PackedWeights.byteCount(weights)
      let name = freshName(key)
      for entry in try names(in: folder) {
        if let target = Unfinished.target(of: entry) { Unfinished.clean(target, in: folder) }
      }
      guard ft_keeps_removed_files(folder) != 0, !isUnderWay(name),
        makeRoom(byteCount), let free = freeRoom(at: folder),
        free - byteCount >= limits.freeByteCount
      else { return }
      try PackedWeights.write(
        weights, key: key, to: folder + "/" + name, flushing: start == nil)
    } catch {}
  }

  /// Forgets what is kept under a key, as what does not fit.
  package func forget(_ key: String) {
    for name in Set([key, freshName(key)]) { _ = unlink(folder + "/" + name) }
  }

  /// The name of a file that may not be on the disk yet.
  private func freshName(_ key: String) -> String { start.map { "\(key).\($0)" } ?? key }

  private func isUnderWay(_ name: String) -> Bool {
    ((try? names(in: folder)) ?? []).contains { Unfinished.isName($0, for: name) }
  }

  /// Makes the folder, for its owner alone, unless it is there.
  func makeOwnFolder() throws(CheckpointError) {
    guard !OpenFile.exists(folder) else { return }
    try makeFolder(folder)
    chmod(folder, 0o700)
  }

  func noteUse(of path: String) { utimes(path, nil) }

  /// Gives a file its lasting name, once it is old enough to be flushed at no cost.
  private func settle(_ path: String, as lasting: String) {
    guard let status = status(of: path),
      Int(status.st_mtim.tv_sec) + limits.flushingSeconds < time(nil)
    else { return }
    let descriptor = uninterrupted { open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) }
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    guard uninterrupted({ fsync(descriptor) }) == 0 else { return }
    rename(path, lasting)
  }

  // MARK: Room

  private struct Kept {
    let name: String
    let byteCount: Int
    let lastUse: Int
  }

  /// Removes what was not used for longest until so many bytes more are within the limit, and what an
  /// earlier start of the machine left; false when they are more than that.
  private func makeRoom(_ byteCount: Int) -> Bool {
    var all: [Kept] = []
    for name in (try? names(in: folder)) ?? [] where isOurs(name) {
      guard let status = status(of: folder + "/" + name), status.kind == S_IFREG else { continue }
      if name.contains("."), !name.hasSuffix("." + (start ?? "")) {
        _ = unlink(folder + "/" + name)
        continue
      }
      all.append(
        Kept(
          name: name, byteCount: Int(status.st_size), lastUse: Int(status.st_mtim.tv_sec)))
    }
    all.sort { ($0.lastUse, $0.name) < ($1.lastUse, $1.name) }
    var total = all.reduce(byteCount) { $0 + $1.byteCount }
    for kept in all where total > limits.byteCount {
      _ = unlink(folder + "/" + kept.name)
      total -= kept.byteCount
    }
    return total <= limits.byteCount
  }

  /// Whether a name is one that ``key(_:config:as:byteCount:)`` gives, with an ending or without: nothing
  /// else is removed, whatever folder this is.
  private func isOurs(_ name: String) -> Bool {
    let parts = name.split(separator: ".", maxSplits: 1)
    return parts.first.map { $0.utf8.count == 64 && $0.allSatisfy(\.isHexDigit) } ?? false
  }
}
