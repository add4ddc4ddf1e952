import Foundation

/// The states of one training in a folder: `step-120.safetensors`, and beside it `step-120.json`, the
/// list that says what a whole file of it is.
///
/// The list is written last, so that a file without one was never finished, and a file that is not as
/// its list says was damaged since. Either way the state before it is taken.
package struct StateFolder: Sendable {
  /// The folder.
  package let path: String

  private static let start = "step-"
  private static let ending = ".safetensors"
  private static let listEnding = ".json"

  /// The states in a folder, which need not be there.
  package init(path: String) { self.path = path }

  /// The file of the state after `step` steps.
  package func file(of step: Int) -> String { path + "/" + Self.start + "\(step)" + Self.ending }

  private func list(of step: Int) -> String {
    path + "/" + Self.start + "\(step)" + Self.listEnding
  }

  // MARK: Reading

  /// The latest state that is whole, and which later ones are not.
  package struct Latest: Sendable {
    /// Its steps; nil when no state is whole.
    package let step: Int?
    /// The steps of the states after it, the latest first.
    package let broken: [Int]
    /// What is wrong with the latest state; nil when that is whole, or was never finished.
    package let problem: CheckpointError?
  }

  /// Looks for the latest state that is as its list says, reading whole files.
  package func latest() throws(CheckpointError) -> Latest {
    guard OpenFile.exists(path) else { return Latest(step: nil, broken: [], problem: nil) }
    let found = try names(in: path)
    let finished = Set(found.compactMap { Self.step($0, ending: Self.listEnding) })
    let all = finished.union(found.compactMap { Self.step($0, ending: Self.ending) })
    var broken: [Int] = []
    var problem: CheckpointError?
    for step in all.sorted(by: >) {
      guard finished.contains(step) else {
        broken.append(step)
        continue
      }
      do throws(CheckpointError) {
        try check(step)
        return Latest(step: step, broken: broken, problem: problem)
      } catch {
        broken.append(step)
        problem = problem ?? error
      }
    }
    return Latest(step: nil, broken: broken, problem: problem)
  }

  /// Refuses a state that is not as its list says.
  private func check(_ step: Int) throws(CheckpointError) {
    let manifest = try FolderManifest(path: list(of: step))
    let path = file(of: step)
    let name = path.split(separator: "/").last.map(String.init) ?? path
    guard let expected = manifest.files[name], manifest.files.count == 1 else {
      throw .setting(
        path: list(of: step), key: "files",
        value: manifest.files.keys.sorted().joined(separator: ", "),
        allowed: name)
    }
    let size = try OpenFile(path: path).byteCount
    guard size == expected.byteCount else {
      throw .fileEnds(path: path, end: size, needed: expected.byteCount, tensor: nil)
    }
    let sha256 = try ContentHash.ofFile(at: path)
    guard sha256 == expected.sha256 else {
      throw .damaged(path: path, hash: sha256, expected: expected.sha256)
    }
  }

  /// The steps in the name of a file of ours; nil for any other name.
  private static func step(_ name: String, ending: String) -> Int? {
    guard name.hasPrefix(start), name.hasSuffix(ending) else { return nil }
    let digits = name.dropFirst(start.count).dropLast(ending.count)
    guard let step = Int(digits), step >= 0, "\(step)" == digits else { return nil }
    return step
  }

  // MARK: Writing

  /// Says that the file of a state is whole, being as `sha256` says: it counts from now on.
  package func finish(_ step: Int, sha256: String) throws(CheckpointError) {
    let path = file(of: step)
    var manifest = FolderManifest()
    let name = path.split(separator: "/").last.map(String.init) ?? path
    manifest.files[name] = .init(byteCount: try OpenFile(path: path).byteCount, sha256: sha256)
    try AtomicFile.write(manifest.fileContents, to: list(of: step))
  }

  /// Forgets that the state after `step` steps is whole, before its file is written anew.
  package func reopen(_ step: Int) { _ = uninterrupted { unlink(list(of: step)) } }

  /// Removes the states of all other steps, and what killed writers left; other files stay.
  package func keep(_ steps: Set<Int>) {
    let found = (try? names(in: path)) ?? []
    // The list first: a file without one is none.
    for ending in [Self.listEnding, Self.ending] {
      for name in found {
        guard let step = Self.step(name, ending: ending), !steps.contains(step) else { continue }
        _ = uninterrupted { unlink(path + "/" + name) }
      }
    }
    cleanUp()
  }

  /// Removes what killed writers of states left: unfinished files, and of states that were being
  /// removed, being older than a finished one, the files whose list went first.
  package func cleanUp() {
    let finished = Set(steps)
    for name in (try? names(in: path)) ?? [] {
      guard let step = Self.step(name, ending: Self.ending), !finished.contains(step),
        let latest = finished.max(), step < latest
      else { continue }
      _ = uninterrupted { unlink(path + "/" + name) }
    }
    for name in (try? names(in: path)) ?? [] {
      guard let target = Unfinished.target(of: name),
        Self.step(target, ending: Self.ending) != nil
          || Self.step(target, ending: Self.listEnding) != nil
      else { continue }
      Unfinished.clean(target, in: path)
    }
  }

  /// What the states and their lists take, in bytes.
  package var byteCount: Int {
    let endings = [Self.ending, Self.listEnding]
    return ((try? names(in: path)) ?? [])
      .filter { name in endings.contains { Self.step(name, ending: $0) != nil } }
      .reduce(0) { $0 + Int(status(of: path + "/" + $1)?.st_size ?? 0) }
  }

  /// The steps of the states that have a list, the earliest first.
  package var steps: [Int] {
    ((try? names(in: path)) ?? []).compactMap { Self.step($0, ending: Self.listEnding) }.sorted()
  }
}
