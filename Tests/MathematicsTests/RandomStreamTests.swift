import CMathematics
import Mathematics
import Testing

@Suite struct RandomStreamTests {
  /// Known answers of Philox4x32-10 in the Random123 distribution (`kat_vectors`).
  @Test("Philox gives the known answers")
  func knownAnswers() {
    var out = [UInt32](repeating: 0, count: 4)
    ft_philox(&out, 0, 0, 0, 0)
    #expect(out == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
    ft_philox(&out, .max, .max, .max, .max)
    #expect(out == [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd])
  }

  @Test func aPermutationHoldsEveryNumberOnce() {
    for count in [0, 1, 2, 1000] {
      let order = CounterRandom(seed: 1, stream: 2).permutation(count)
      #expect(order.sorted() == Array(0..<count))
    }
    // Of 1,000 numbers in random order about one stays in its place.
    let order = CounterRandom(seed: 1, stream: 2).permutation(1000)
    #expect(order.indices.count { order[$0] == $0 } < 10)
  }
}
