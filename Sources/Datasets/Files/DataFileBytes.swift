import Foundation

/// The bytes of a file a user named, read only if it is a regular file of bearable size.
enum DataFileBytes {
  /// Reads a file whole.
  ///
  /// A directory, a pipe or a device is refused before it is opened, so that nothing hangs.
  ///
  /// - Throws: ``DatasetError/zeroInPath``, ``DatasetError/notFound(path:)``,
  ///   ``DatasetError/notAFile(path:)``, ``DatasetError/unreadable(path:)``,
  ///   ``DatasetError/tooLarge(path:bytes:limit:)``.
  static func read(path: String, limit: Int) throws(DatasetError) -> [UInt8] {
    let (file, _) = try open(path: path, limit: limit)
    guard let data = try? file.read(upToCount: limit + 1) ?? Data() else {
      throw .unreadable(path: path)
    }
    // The file may have grown since it was measured.
    guard data.count <= limit else {
      throw .tooLarge(path: path, bytes: data.count, limit: limit)
    }
    return [UInt8](data)
  }

  /// Opens a file to read it; the errors are those of reading it whole.
  static func open(
    path: String, limit: Int
  ) throws(DatasetError) -> (file: FileHandle, size: Int) {
    guard !path.utf8.contains(0) else { throw .zeroInPath }
    let url = URL(fileURLWithPath: path).resolvingSymlinksInPath()
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: url.path) else {
      throw .notFound(path: path)
    }
    guard attributes[.type] as? FileAttributeType == .typeRegular else {
      throw .notAFile(path: path)
    }
    let size = (attributes[.size] as? NSNumber)?.intValue ?? 0
    guard size <= limit else { throw .tooLarge(path: path, bytes: size, limit: limit) }
    guard let file = opened(url) else { throw .unreadable(path: path) }
    return (file, size)
  }

  /// The opened file; a signal may interrupt that, which means nothing, so it is tried a few times.
  private static func opened(_ url: URL) -> FileHandle? {
    for _ in 0..<8 {
      if let file = try? FileHandle(forReadingFrom: url) { return file }
    }
    return nil
  }
}
