package import Testing

/// Expects two lists of numbers to agree, element by element.
///
/// `tolerance` is absolute; choose it from the size of the values and say why where it is used.
package func expectClose(
  _ actual: [Float], _ expected: [Float], within tolerance: Float,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard actual.count == expected.count else {
    Issue.record(
      "\(actual.count) values instead of \(expected.count)", sourceLocation: sourceLocation)
    return
  }
  var worst: (index: Int, difference: Float) = (0, -1)
  for index in actual.indices {
    let difference = abs(actual[index] - expected[index])
    // Written so that NaN counts as different.
    if !(difference <= max(worst.difference, 0)) { worst = (index, difference) }
  }
  guard !(worst.difference <= tolerance) else { return }
  Issue.record(
    """
    element \(worst.index): \(actual[worst.index]) instead of \(expected[worst.index]), \
    off by \(worst.difference), more than \(tolerance)
    """, sourceLocation: sourceLocation)
}

/// Expects two lists of numbers to agree within a share of the largest expected one.
package func expectClose(
  _ actual: [Float], _ expected: [Float], withinShareOfLargest share: Float,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let largest = expected.map(abs).max() ?? 0
  expectClose(actual, expected, within: share * largest, sourceLocation: sourceLocation)
}

/// Expects two numbers to agree within a share of the expected one.
package func expectClose(
  _ actual: Double, _ expected: Double, withinShare share: Double,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let difference = abs(actual - expected)
  #expect(
    difference <= share * abs(expected), "\(actual) instead of \(expected)",
    sourceLocation: sourceLocation)
}
