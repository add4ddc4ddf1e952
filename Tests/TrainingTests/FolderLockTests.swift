import Foundation
import Synchronization
import TestSupport
import Testing
import Training

@Suite("The lock of a folder") struct FolderLockTests {
  @Test("is held once, and a refusal closes no descriptor of others") func refusals() throws {
    let folder = try TemporaryFolder()
    let lock = try FolderLock(folder: folder.path)
    let path = folder.path
    // One thread is refused over and over, the others use what descriptors come free.
    let faults = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: 4) { part in
      for _ in 0..<4000 {
        let isFault: Bool
        if part == 0 {
          isFault = (try? FolderLock(folder: path)) != nil
        } else {
          let descriptor = open(path, O_RDONLY | O_CLOEXEC)
          var status = stat()
          isFault = fstat(descriptor, &status) != 0 || close(descriptor) != 0
        }
        if isFault { faults.add(1, ordering: .relaxed) }
      }
    }
    #expect(faults.load(ordering: .relaxed) == 0)
    let refusal = #expect(throws: TrainingError.self) { try FolderLock(folder: path) }
    #expect(String(describing: refusal).contains("inUse"))
    withExtendedLifetime(lock) {}
  }
}
