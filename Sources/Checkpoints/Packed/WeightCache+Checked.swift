import Foundation

/// Files that were hashed and found to be what a list says of them: once is enough, as long as nothing
/// changes them.
extension WeightCache {
  /// Has `check` look at large files, unless it did before and they were not changed since.
  ///
  /// - Parameters:
  ///   - files: what tells the files from others.
  ///   - byteCount: their bytes; few are hashed again as quickly.
  ///   - list: what is said of them.
  ///   - check: throws where it is not so.
  /// - Throws: what `check` throws.
  func unlessChecked(
    _ files: [FileIdentity?], byteCount: Int, against list: [UInt8],
    _ check: () throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    guard let sources = WeightSources(files, reading: ContentHash.of(list)),
      let key = key(sources, ["checked"], byteCount: byteCount)
    else { return try check() }
    let path = folder + "/" + key
    if OpenFile.exists(path) { return noteUse(of: path) }
    try check()
    // That it is there says all.
    do throws(CheckpointError) {
      try makeOwnFolder()
      try AtomicFile(path: path, hashing: false).commit(flushing: false)
    } catch {}
  }
}
