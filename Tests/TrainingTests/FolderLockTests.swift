import Execution
import Foundation
import TestSupport
import Testing
import Training

@Suite("The lock of a folder") struct FolderLockTests {
  @Test("is held once, and a refusal closes no descriptor of others") func refusals() throws {
    let folder = try TemporaryFolder()
    let lock = try FolderLock(folder: folder.path)
    let path = folder.path
    // One thread is refused over and over, the others use what descriptors come free.
    let faults = ParallelWork.map(4, threads: 4) { part in
      (0..<4000).count { _ in
        if part == 0 { return (try? FolderLock(folder: path)) != nil }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        var status = stat()
        return fstat(descriptor, &status) != 0 || close(descriptor) != 0
      }
    }
    #expect(faults == [0, 0, 0, 0])
    let refusal = #expect(throws: TrainingError.self) { try FolderLock(folder: path) }
    #expect(String(describing: refusal).contains("inUse"))
    withExtendedLifetime(lock) {}
  }
}
