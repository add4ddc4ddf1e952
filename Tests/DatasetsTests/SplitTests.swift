import Datasets
import Testing

@Suite("Split and duplicates") struct SplitTests {
  private static func rows(_ count: Int) -> [Example] {
    (0..<count).map { Example(.completion(prompt: "q\($0)", completion: "a"), line: $0 + 1) }
  }

  @Test(
    "sizes are the shares rounded, and every row is in one part",
    arguments: [
      (812, [90, 10], [731, 81, 0]), (1000, [80, 10, 10], [800, 100, 100]),
      (2, [90, 10], [1, 1, 0]), (3, [98, 1, 1], [1, 1, 1]), (7, [1, 1], [3, 4, 0]),
      (100, [999_999, 1], [99, 1, 0]),
    ])
  func sizes(count: Int, ratios: [Int], sizes: [Int]) throws {
    let split = try Split(Self.rows(count), ratios: ratios, seed: 1)
    #expect([split.train.count, split.dev.count, split.test.count] == sizes)
    #expect((split.train + split.dev + split.test).sorted() == Array(0..<count))
    #expect(split.dev == split.dev.sorted())
  }

  @Test func theSeedAndNothingElseDecides() throws {
    let rows = Self.rows(200)
    let split = try Split(rows, ratios: [90, 10], seed: 1)
    #expect(try Split(rows, ratios: [90, 10], seed: 1) == split)
    #expect(try Split(rows, ratios: [90, 10], seed: 2).dev != split.dev)
    let reversed = try Split(rows.reversed(), ratios: [90, 10], seed: 1)
    #expect(Set(reversed.dev.map { 199 - $0 }) == Set(split.dev))
  }

  /// The hash is part of saved runs: a change of it would put trained rows into dev.
  ///
  /// The rows are those of FNV-1a and SplitMix64 written anew in Python.
  @Test func theHashStaysAsItIs() throws {
    let split = try Split(Self.rows(30), ratios: [90, 10], seed: 7)
    #expect(split.dev == [7, 12, 21])
  }

  @Test func rowsThatAreAddedHardlyMoveTheOthers() throws {
    let small = try Split(Self.rows(1000), ratios: [90, 10], seed: 1)
    let large = try Split(Self.rows(1010), ratios: [90, 10], seed: 1)
    let moved = Set(small.dev).subtracting(large.dev)
    #expect(moved.count <= 10)
  }

  @Test func sameInputsStayTogether() throws {
    let rows = (0..<300).map { index in
      let prompt = index % 2 == 0 ? "Row \(index / 3)?" : "row  \(index / 3)"
      return Example(.completion(prompt: prompt, completion: "\(index)"), line: index + 1)
    }
    let split = try Split(rows, ratios: [80, 10, 10], seed: 3)
    #expect(split.dev.count == 30)
    #expect(split.test.count == 30)
    #expect(Set(split.dev.map { $0 / 3 }).count == 10)
    let (train, dev) = (split.train.map { rows[$0] }, split.dev.map { rows[$0] })
    #expect(Duplicates.leaks(of: dev, into: train).isEmpty)
  }

  @Test func onePromptForAllRowsStillSplits() throws {
    let rows = (0..<100).map {
      Example(.completion(prompt: "Tell a story.", completion: "Story \($0 / 2)"), line: $0 + 1)
    }
    let split = try Split(rows, ratios: [90, 10], seed: 3)
    #expect(split.dev.count == 10)
    #expect(Set(split.dev.map { $0 / 2 }).count == 5)
  }

  @Test(
    "what cannot be split is refused", arguments: [[], [90], [90, 0], [-1, 2], [1, 1, 1, 1]])
  func badRatio(ratios: [Int]) {
    #expect(throws: DatasetError.badRatio(ratios)) {
      try Split(Self.rows(9), ratios: ratios, seed: 1)
    }
  }

  @Test func tooFewRowsAreRefused() {
    #expect(throws: DatasetError.tooFewRows(rows: 1, parts: 2)) {
      try Split(Self.rows(1), ratios: [90, 10], seed: 1)
    }
    let same = Array(repeating: Example(.text("a"), line: 1), count: 5)
    #expect(throws: DatasetError.tooFewRows(rows: 1, parts: 2)) {
      try Split(same, ratios: [90, 10], seed: 1)
    }
  }

  @Test func duplicatesAreFoldedAndConflictsListed() {
    let pairs = [
      ("Hello, world!", "x"), ("other", "x"), ("hello  WORLD", "X."), ("hello world", "y"),
      ("?", "x"), ("!", "x"), ("helloworld", "x"), ("1 + 2", "x"), ("1 = 2", "x"),
    ]
    let rows = pairs.map { Example(.labelled(text: $0.0, label: $0.1), line: 1) }
    let found = Duplicates(rows)
    #expect(found.groups == [[0, 2]])
    #expect(found.conflicts == [[0, 2, 3]])
    #expect(found.extraCount == 1)
  }
}
