import CKernels
import Testing

extension Kernels {
  @Suite struct ConvolutionTests {
    /// Channels and rows looked at.
    static let shapes = [(1, 1), (5, 3), (16, 4), (33, 16), (1000, 2)]
    /// Rows of each sequence, and rows before them.
    static let stretches = [(5, 0), (1, 0), (3, 2), (1, 4), (20, 0)]

    private static let sequences: [ft_sequence] = {
      var (queries, keys) = (0, 0)
      return stretches.map { count, before in
        defer { (queries, keys) = (queries + count, keys + count + before) }
        return ft_sequence(
          query_start: queries, query_count: count, key_start: keys, key_count: count + before)
      }
    }()

    private static func job(
      _ sequences: UnsafeBufferPointer<ft_sequence>, _ channels: Int, _ size: Int
    ) -> ft_convolution_job {
      var job = ft_convolution_job()
      (job.sequences, job.sequence_count) = (sequences.baseAddress, sequences.count)
      (job.channels, job.size) = (channels, size)
      return job
    }

    @Test("each row is a sum over those before it, in order", arguments: shapes)
    func forward(channels: Int, size: Int) {
      let rows = Self.sequences.reduce(0) { $0 + $1.query_count }
      let places = Self.sequences.reduce(0) { $0 + $1.key_count }
      let x = numbers(places * channels, seed: 1)
      let (weight, bias) = (numbers(channels * size, seed: 2), numbers(channels, seed: 3))
      let found = sameOnEveryPath {
        onMemory(unwritten(rows * channels), x, weight, bias) { memory in
          Self.sequences.withUnsafeBufferPointer { sequences in
            var job = Self.job(sequences, channels, size)
            (job.out, job.x) = (memory[0], UnsafePointer(memory[1]))
            (job.weight, job.bias) = (UnsafePointer(memory[2]), UnsafePointer(memory[3]))
            ft_convolution_forward(&job)
          }
        }[0]
      }
      var expected: [Float] = []
      for sequence in Self.sequences {
        for row in 0..<sequence.query_count {
          let place = sequence.key_count - sequence.query_count + row
          for channel in 0..<channels {
            var sum = bias[channel]
            for k in 0..<size where place - (size - 1) + k >= 0 {
              let from = sequence.key_start + place - (size - 1) + k
              sum.addProduct(weight[channel * size + k], x[from * channels + channel])
            }
            expected.append(sum)
          }
        }
      }
      #expect(found == expected)
    }

    @Test("gradients are sums over rows, in order", arguments: shapes)
    func backward(channels: Int, size: Int) {
      let sequences = [(0, 5), (5, 1), (6, 20)].map { start, count in
        ft_sequence(query_start: start, query_count: count, key_start: start, key_count: count)
      }
      let (x, dout) = (numbers(26 * channels, seed: 1), numbers(26 * channels, seed: 2))
      let (weight, before) = (
        numbers(channels * size, seed: 3), numbers(channels * size, seed: 4)
      )
      let found = sameOnEveryPath {
        let memory = onMemory(unwritten(26 * channels), before, x, dout, weight) { memory in
          sequences.withUnsafeBufferPointer { sequences in
            var job = Self.job(sequences, channels, size)
            (job.dx, job.dweight) = (memory[0], memory[1])
            (job.x, job.dout) = (UnsafePointer(memory[2]), UnsafePointer(memory[3]))
            job.weight = UnsafePointer(memory[4])
            ft_convolution_backward(&job)
          }
        }
        return memory[0] + memory[1]
      }
      var (dx, dweight) = ([Float](repeating: 0, count: 26 * channels), before)
      for sequence in sequences {
        for row in 0..<sequence.query_count {
          for channel in 0..<channels {
            let given = dout[(sequence.query_start + row) * channels + channel]
            for k in 0..<size where row - (size - 1) + k >= 0 {
              let from = (sequence.key_start + row - (size - 1) + k) * channels + channel
              // Rows come in order, so that each sum of dx is over ascending ones.
              dx[from].addProduct(weight[channel * size + k], given)
              dweight[channel * size + k].addProduct(given, x[from])
            }
          }
        }
      }
      #expect(found == dx + dweight)
    }
  }
}
