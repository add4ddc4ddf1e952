import CKernels
import Testing

/// A share of a region, as its body was told it.
private struct Share: Hashable {
  var begin: Int
  var end: Int
  var thread: Int
}

/// What the body of a recorded region writes to: each share in the slot of its first item.
private final class Record {
  let shares: UnsafeMutablePointer<Share?>
  let visits: UnsafeMutablePointer<Int32>
  private let count: Int

  init(count: Int) {
    self.count = count
    shares = .allocate(capacity: count + 1)
    shares.initialize(repeating: nil, count: count + 1)
    visits = .allocate(capacity: count + 1)
    visits.initialize(repeating: 0, count: count + 1)
  }

  deinit {
    shares.deallocate()
    visits.deallocate()
  }

  /// The shares that ran, in the order of their items.
  var ran: [Share] { (0..<count).compactMap { shares[$0] } }
}

private func recordShare(
  _ context: UnsafeRawPointer?, _ begin: Int, _ end: Int, _ thread: Int
) {
  guard let context else { return }
  let record = Unmanaged<Record>.fromOpaque(context).takeUnretainedValue()
  record.shares[begin] = Share(begin: begin, end: end, thread: thread)
  for item in begin..<end { record.visits[item] += 1 }
}

/// Runs a region inside the region.
private func recordNested(
  _ context: UnsafeRawPointer?, _ begin: Int, _ end: Int, _ thread: Int
) {
  guard begin == 0 else { return }
  ft_parallel(100, 1, recordShare, context)
}

extension Kernels {
  @Suite struct PoolTests {
    @Test(
      "shares are contiguous, cover all items once, and are multiples of the grain",
      arguments: [0, 1, 2, 15, 16, 17, 100, 1000], [1, 7, 16])
    func shares(count: Int, grain: Int) {
      for threads in [1, 2, 3, 5] {
        onPath(ft_best_isa(), threads: threads) {
          let record = Record(count: count)
          ft_parallel(count, grain, recordShare, Unmanaged.passUnretained(record).toOpaque())
          let shares = record.ran
          #expect(shares.first?.begin ?? 0 == 0)
          #expect(shares.last?.end ?? 0 == count)
          #expect(shares.allSatisfy { $0.begin < $0.end && $0.thread < threads })
          #expect(zip(shares, shares.dropFirst()).allSatisfy { $0.end == $1.begin })
          #expect(shares.dropLast().allSatisfy { $0.end % grain == 0 })
          #expect((0..<count).allSatisfy { record.visits[$0] == 1 })
        }
      }
    }

    @Test("there are as many shares as threads, and they differ by one grain at most")
    func evenShares() {
      onPath(ft_best_isa(), threads: 3) {
        let record = Record(count: 100)
        ft_parallel(100, 4, recordShare, Unmanaged.passUnretained(record).toOpaque())
        #expect(record.ran.map { $0.end - $0.begin } == [36, 32, 32])
      }
    }

    @Test("a region inside a region runs on the thread that started it")
    func nested() {
      onPath(ft_best_isa(), threads: 2) {
        let record = Record(count: 100)
        ft_parallel(100, 1, recordNested, Unmanaged.passUnretained(record).toOpaque())
        #expect((0..<100).allSatisfy { record.visits[$0] == 1 })
        #expect(record.ran.map { $0.begin..<$0.end } == [0..<100])
      }
    }

    @Test("many short regions, with the number of threads changed between them")
    func manyRegions() {
      let record = Record(count: 8)
      for round in 0..<2000 {
        if round % 100 == 0 { _ = ft_set_thread_count(1 + round / 100 % 4) }
        ft_parallel(8, 1, recordShare, Unmanaged.passUnretained(record).toOpaque())
      }
      _ = ft_set_thread_count(1)
      #expect((0..<8).allSatisfy { record.visits[$0] == 2000 })
    }

    @Test("regions started by several threads at once take turns")
    func concurrentCallers() async {
      _ = ft_set_thread_count(2)
      let complete = await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<4 {
          group.addTask {
            let record = Record(count: 64)
            for _ in 0..<200 {
              ft_parallel(64, 1, recordShare, Unmanaged.passUnretained(record).toOpaque())
            }
            return (0..<64).allSatisfy { record.visits[$0] == 200 }
          }
        }
        return await group.reduce(true) { $0 && $1 }
      }
      _ = ft_set_thread_count(1)
      #expect(complete)
    }

    @Test("the number of threads is kept within 1 and 64")
    func threadCount() {
      #expect(ft_set_thread_count(0) == 1)
      #expect(ft_set_thread_count(1000) == 64)
      #expect(ft_thread_count() == 64)
      #expect(ft_set_thread_count(1) == 1)
    }
  }

  @Suite struct PathTests {
    @Test("every path of the machine can be chosen, the portable one and the best among them")
    func choice() {
      #expect(machinePaths.contains(FT_ISA_PORTABLE) && machinePaths.contains(ft_best_isa()))
      for path in machinePaths {
        #expect(ft_select_isa(path))
        // Tests of whole trainings choose paths at the same time: any of the machine's may be in
        // force by now.
        #expect(machinePaths.contains(ft_current_isa()))
      }
      _ = ft_select_isa(ft_best_isa())
    }

    @Test("a path that the machine lacks is refused and changes nothing")
    func refusal() {
      let all: [ft_isa] = [FT_ISA_PORTABLE, FT_ISA_AVX2, FT_ISA_AVX512, FT_ISA_NEON, ft_isa(77)]
      for path in all where !machinePaths.contains(path) {
        #expect(!ft_select_isa(path))
        #expect(ft_current_isa() == ft_best_isa())
      }
    }
  }
}
