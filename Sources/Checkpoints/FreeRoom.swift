import Foundation

/// The bytes that may still be written into a folder; nil when its file system does not tell.
package func freeRoom(at folder: String) -> Int? {
  let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
  return (attributes?[.systemFreeSize] as? NSNumber)?.intValue
}
