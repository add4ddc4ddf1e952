package import Autograd
package import CPU

/// What this machine can do at most, measured: the ceilings that everything else is held against.
package struct MachinePeak: Sendable {
  /// The multiply-add peak of one vector path, in floating-point operations a second.
  package struct PathPeak: Sendable {
    /// The path that ran.
    package let path: VectorPath
    /// Floating-point operations a second of one thread; a multiply-add is two.
    package let oneThread: Double
    /// The same of all threads at once, which share clock and power.
    package let allThreads: Double
  }

  /// How fast all threads together read a buffer again and again.
  package struct ReadSpeed: Sendable {
    /// The size of the buffer, in bytes: what decides which cache serves it.
    package let bufferBytes: Double
    /// Of all threads, each reading a share of the buffer.
    package let bytesPerSecond: Double
  }

  /// Every path that the machine has.
  package let paths: [PathPeak]
  /// The path in force.
  package let path: VectorPath
  /// The threads that ``PathPeak/allThreads`` and ``readSpeeds`` were measured with.
  package let threadCount: Int
  /// By buffer, from those that fit a cache to one that fits none.
  package let readSpeeds: [ReadSpeed]

  /// Floating-point operations a second, on all threads of the path in force.
  package var operationsPerSecond: Double {
    paths.first { $0.path == path }?.allThreads ?? 1
  }

  /// Bytes read from memory a second, when no cache helps.
  package var memoryBytesPerSecond: Double { readSpeeds.last?.bytesPerSecond ?? 1 }

  /// The speed at which `bytes` can be read at most: that of the largest buffer they do not fit
  /// into, or of a larger one should that have been measured faster.
  package func bytesPerSecond(reading bytes: Double) -> Double {
    let first = readSpeeds.lastIndex { $0.bufferBytes <= bytes } ?? 0
    return readSpeeds.dropFirst(first).map(\.bytesPerSecond).max() ?? 1
  }
}

/// The least time a piece of work can take, in seconds.
package struct Floor: Hashable, Sendable {
  /// What the arithmetic takes.
  package let arithmetic: Double
  /// What the movement of bytes takes.
  package let memory: Double

  /// Both can go on at once, so the longer one counts.
  package var seconds: Double { max(arithmetic, memory) }
}

extension MachinePeak {
  /// The floor of `work` that is done in `calls` equal calls, each as if alone.
  package func floor(of work: Work, calls: Int = 1) -> Floor {
    let bytes = work.bytes / Double(max(1, calls))
    return Floor(
      arithmetic: work.operations / operationsPerSecond,
      memory: work.bytes / bytesPerSecond(reading: bytes))
  }
}

// MARK: Measuring

extension MachinePeak {
  /// Measures for about two seconds; a peak is the best of its samples.
  ///
  /// `seen` is a multiply-add peak of the path and threads in force that was measured before: on a
  /// machine with other work, the best of several moments is nearest to the truth.
  package static func measure(seen: Double = 0) -> MachinePeak {
    let (current, threads) = (VectorPath.current, Parallelism.threadCount)
    defer {
      _ = current.select()
      Parallelism.setThreadCount(threads)
    }
    let readSpeeds = measuredReadSpeeds()
    var paths: [PathPeak] = []
    for path in VectorPath.allCases where path.select() {
      Parallelism.setThreadCount(threads)
      let all = max(multiplyAddPeak(), path == current ? seen : 0)
      Parallelism.setThreadCount(1)
      paths.append(PathPeak(path: path, oneThread: multiplyAddPeak(), allThreads: all))
    }
    return MachinePeak(paths: paths, path: current, threadCount: threads, readSpeeds: readSpeeds)
  }

  /// The largest buffer is read from memory on all but the largest servers.
  private static let bufferSizes = [64 << 10, 512 << 10, 4 << 20, 16 << 20, 64 << 20, 256 << 20]

  /// Measures the multiply-add peak of the path and threads in force.
  static func multiplyAddPeak() -> Double {
    // A call is long beside the waking of its threads, on the slowest path too.
    var rounds = 1000
    while Stopwatch.seconds({ _ = CPULimits.multiplyAdds(rounds) }) < 0.005 { rounds *= 2 }
    let speeds = (0..<10).map { _ in
      var count = 0.0
      let seconds = Stopwatch.seconds { count = CPULimits.multiplyAdds(rounds) }
      return 2 * count / seconds
    }
    return speeds.max() ?? 1
  }

  private static func measuredReadSpeeds() -> [ReadSpeed] {
    let buffer = MemoryReading(byteCount: bufferSizes.reduce(0, max))
    return bufferSizes.map { size in
      // As many bytes a call whatever the buffer, so that the waking of threads does not count.
      let rounds = (bufferSizes.max() ?? size) / size
      let speeds = (0..<6).map { _ in
        var bytes = 0.0
        let seconds = Stopwatch.seconds {
          bytes = buffer.read(size, rounds: rounds)
        }
        return bytes / seconds
      }
      return ReadSpeed(bufferBytes: Double(size), bytesPerSecond: speeds.max() ?? 1)
    }
  }
}
