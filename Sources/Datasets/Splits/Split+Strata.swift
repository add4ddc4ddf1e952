extension Split {
  /// Divides rows so that each part has the same share of each stratum, with inputs that are nearly the
  /// same on one side.
  ///
  /// Sizes are met as far as such groups allow; of a stratum a part has its share to the nearest row.
  ///
  /// - Parameters:
  ///   - examples: the rows.
  ///   - strata: the stratum of each, such as its label.
  ///   - ratios: such as `[90, 10]` (train, dev) or `[80, 10, 10]` (and test).
  ///   - seed: decides which rows are held out.
  /// - Throws: ``DatasetError/badRatio(_:)``, ``DatasetError/tooFewRows(rows:parts:)``.
  package init(
    _ examples: [Example], strata: [String], ratios: [Int], seed: UInt64
  ) throws(DatasetError) {
    let sum = ratios.reduce(0) { $0.addingReportingOverflow($1).partialValue }
    guard (2...3).contains(ratios.count), ratios.allSatisfy({ (1...1_000_000).contains($0) })
    else { throw .badRatio(ratios) }
    var parts = [[Int]](repeating: [], count: ratios.count)
    var passed = 0
    for groups in Self.groups(of: examples, strata: strata, seed: seed) {
      passed += groups.reduce(0) { $0 + $1.count }
      // Counted from the beginning, so that what is lost to rounding in one stratum the next one gets.
      let sizes = ratios.indices.dropFirst().map { part in
        max(0, (passed * ratios[part] + sum / 2) / sum - parts[part].count)
      }
      for (part, rows) in Self.fill(sizes, from: groups).enumerated() { parts[part] += rows }
    }
    guard parts.allSatisfy({ !$0.isEmpty }) else {
      throw .tooFewRows(rows: examples.count, parts: ratios.count)
    }
    self.init(
      train: parts[0].sorted(), dev: parts[1].sorted(),
      test: parts.count > 2 ? parts[2].sorted() : [])
  }

  /// The groups of rows that stay together, in the order of their hashes, stratum by stratum; a group is
  /// of its first row's stratum.
  private static func groups(
    of examples: [Example], strata: [String], seed: UInt64
  ) -> [[[Int]]] {
    let inputs = examples.map(\.wording.input)
    let near = NearDuplicates(inputs)
    let firsts = KeyGroups(near.groupOfRow).firsts
    let keys = near.groupOfRow.map { TextFolding.fold(inputs[firsts[$0]]) }
    var byStratum: [String: [[Int]]] = [:]
    for group in ordered(keys, seed: seed) {
      byStratum[strata[group[0]], default: []].append(group)
    }
    return byStratum.sorted { $0.key < $1.key }.map(\.value)
  }
}
