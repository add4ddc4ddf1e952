import CKernels
import Testing

extension Kernels {
  @Suite struct PeakTests {
    @Test("every thread does its multiply-adds, sixteen lanes at a time", arguments: machinePaths)
    func multiplyAdds(path: ft_isa) {
      let one = onPath(path, threads: 1) { ft_multiply_adds(3) }
      #expect(one > 0 && one.truncatingRemainder(dividingBy: 3 * 16) == 0)
      #expect(onPath(path, threads: 3) { ft_multiply_adds(3) } == 3 * one)
      #expect(onPath(path, threads: 1) { ft_multiply_adds(6) } == 2 * one)
    }

    @Test("whole stretches of a buffer are read, every round", arguments: [0, 63, 64, 65, 1000])
    func reading(count: Int) {
      let buffer = [Float](repeating: 1, count: count)
      let bytes = onPath(ft_best_isa(), threads: 2) { ft_read_memory(buffer, count, 5) }
      #expect(bytes == Double(5 * 4 * (count / 64 * 64)))
    }
  }
}
