import CKernels
import Tensors
import Testing

@testable import CPU

@Suite struct WeightFormatTests {
  @Test("a packed matrix takes what the kernels say", arguments: WeightFormat.allCases)
  func byteCounts(format: WeightFormat) {
    for rows in [1, 31, 32, 33, 576] {
      for columns in [1, 31, 32, 33, 192, 1536] {
        #expect(
          format.byteCount(rows: rows, columns: columns)
            == ft_packed_size(format.kernelName, rows, columns))
      }
    }
  }
}
