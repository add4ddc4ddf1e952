import Testing
import Tokenizers

/// Orders are those that `generate_merges` of transformers 5.24 gives for the same pieces and scores.
@Suite("ImpliedMerges") struct ImpliedMergesTests {
  private static let pieces = [
    "ébaa", "bébé", "é", "éa", "abé", "b", "aa", "ééab", "éaaé", "bab", "ab", "baé", "a",
  ].map { Array($0.utf8) }
  private static let scores: [Double] = [-2, -2, -3, -2, -1, -3, -3, -1, 0, -2, 0, -2, -3]

  private func numbers(_ pairs: [ImpliedMerges.Pair]?) throws -> [[Int]] {
    try #require(pairs).map { [$0.left, $0.right] }
  }

  @Test("are in transformers' order where scores are equal") func ties() throws {
    let implied = ImpliedMerges(Self.pieces) { _ in true }
    #expect(
      try numbers(implied.byScore(Self.scores))
        == [[12, 5], [10, 2], [5, 10], [2, 12], [12, 12]])
    #expect(
      try numbers(implied.byNumber) == [[2, 12], [10, 2], [12, 12], [5, 10], [12, 5]])
  }

  @Test("of one piece have the longest left part first by score, the shortest by number")
  func cuts() throws {
    let implied = ImpliedMerges(["a", "aa", "aaa", "aaaa"].map { Array($0.utf8) }) { _ in true }
    let byScore = try numbers(implied.byScore([0, 0, 0, 0]))
    #expect(byScore == [[2, 0], [1, 1], [1, 0], [0, 2], [0, 1], [0, 0]])
    #expect(
      try numbers(implied.byNumber) == [[0, 0], [0, 1], [1, 0], [0, 2], [1, 1], [2, 0]])
  }

  @Test("leave out what takes no part, and of two pieces of one text the first")
  func parts() throws {
    let pieces = ["a", "b", "ab", "a", "abb"].map { Array($0.utf8) }
    #expect(
      try numbers(ImpliedMerges(pieces) { $0 != 2 }.byScore([0, 0, 0, 0, 0])) == [])
    #expect(try numbers(ImpliedMerges(pieces) { _ in true }.byNumber) == [[3, 1], [2, 1]])
  }

  @Test("take no time for a piece of a million bytes, and are refused where they are endless")
  func long() throws {
    let letters = [[UInt8(ascii: "a")], [UInt8](repeating: 97, count: 2)]
    let start = ContinuousClock.now
    let long = ImpliedMerges(letters + [[UInt8](repeating: 97, count: 1 << 20)]) { _ in true }
    #expect(try numbers(long.byNumber) == [[0, 0]])
    #expect(ContinuousClock.now - start < .seconds(10))
    let nested = (1...300).map { [UInt8](repeating: 97, count: $0) }
    let scores = nested.map { _ in 0.0 }
    #expect(ImpliedMerges(nested) { _ in true }.byScore(scores)?.count == 300 * 299 / 2)
    #expect(ImpliedMerges(nested, byteLimit: 1 << 20) { _ in true }.byScore(scores) == nil)
  }
}
