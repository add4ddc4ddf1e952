import Benchmarks
import CPU
import Tensors
import TestSupport
import Testing

@Suite("The machine's peaks", .serialized) struct MachinePeakSlow {
  @Test("leave the path and the threads as they were, and name every path")
  func measured() {
    let (path, threads) = (VectorPath.current, Parallelism.threadCount)
    let peak = MachinePeak.measure()
    #expect(VectorPath.current == path && Parallelism.threadCount == threads)
    #expect(peak.paths.contains { $0.path == path } && peak.paths.contains { $0.path == .portable })
    // The slowest machine in use does a multiply-add in less than ten nanoseconds.
    #expect(peak.paths.allSatisfy { $0.oneThread > 1e8 && $0.allThreads > 1e8 })
    #expect(peak.operationsPerSecond == peak.paths.first { $0.path == path }?.allThreads)
    #expect(peak.readSpeeds.allSatisfy { $0.bytesPerSecond > 1e8 })
    let sizes = peak.readSpeeds.map(\.bufferBytes)
    #expect(sizes == sizes.sorted())
  }
}
