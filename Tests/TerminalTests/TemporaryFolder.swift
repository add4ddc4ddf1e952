import Foundation
import TestSupport

/// An empty folder for a test, gone after it.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}

/// A pipe's two ends, closed after the test.
func withPipe<Result>(_ body: (_ reader: Int32, _ writer: Int32) throws -> Result) throws -> Result
{
  let pipe = Pipe()
  defer { withExtendedLifetime(pipe) {} }
  return try body(
    pipe.fileHandleForReading.fileDescriptor, pipe.fileHandleForWriting.fileDescriptor)
}
