/// Which rows have a text in common: what a step should not have twice.
package struct RowTexts: Hashable, Sendable {
  /// The numbers of each row's texts; equal texts have one number.
  private let numbers: [[Int]]

  /// Numbers the whole texts of rows.
  package init(_ examples: [EncodedExample]) {
    var known: [[Int32]: Int] = [:]
    numbers = examples.map { example in
      (example.texts ?? []).map { text in
        if let number = known[text] { return number }
        known[text] = known.count
        return known.count - 1
      }
    }
  }

  /// Returns an order in which a row waits for the next batch that has none of its texts; where no rows
  /// are left but such, they fill the last batches as they are.
  func apart(_ order: [Int], batchSize: Int) -> [Int] {
    var result: [Int] = []
    var waiting: [Int] = []
    var rest = order[...]
    while result.count < order.count {
      var (seen, count, passed): (Set<Int>, Int, [Int]) = ([], 0, [])
      func take(_ row: Int) {
        guard count < batchSize, seen.isDisjoint(with: numbers[row]) else {
          return passed.append(row)
        }
        seen.formUnion(numbers[row])
        result.append(row)
        count += 1
      }
      for row in waiting { take(row) }
      while count < batchSize, let row = rest.popFirst() { take(row) }
      let missing = min(batchSize - count, passed.count)
      result += passed.prefix(missing)
      waiting = Array(passed.dropFirst(missing))
    }
    return result
  }
}
