import Foundation
import Scoring
import Serialization
import Testing

/// Metrics of labels and numbers, beside scikit-learn's: scripts/dev/fixtures/label_metrics.py.
@Suite("Label metrics") struct LabelMetricTests {
  private static let tolerance = 1e-12

  private static let golden: JSONValue = {
    let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/labels.json")
    let bytes = (try? Data(contentsOf: path)).map([UInt8].init) ?? []
    return (try? JSONValue(parsing: bytes)) ?? .null
  }()

  private static func cases(_ name: String) -> [JSONValue] { golden[name]?.array ?? [] }

  private func ints(_ value: JSONValue?) -> [Int] { (value?.array ?? []).compactMap(\.int) }

  private func doubles(_ value: JSONValue?) -> [Double] {
    (value?.array ?? []).compactMap(\.double)
  }

  private func expectClose(_ number: Double, _ expected: JSONValue?) throws {
    #expect(abs(number - (try #require(expected?.double))) < Self.tolerance)
  }

  @Test("of one label are scikit-learn's", arguments: cases("single").indices)
  func one(place: Int) throws {
    let fields = Self.cases("single")[place]
    let pairs = LabelPairs(
      right: ints(fields["right"]), chosen: ints(fields["chosen"]),
      labelCount: try #require(fields["labels"]?.int))
    try expectClose(pairs.accuracy, fields["accuracy"])
    try expectClose(pairs.macroF1, fields["macro_f1"])
    try expectClose(pairs.matthewsCorrelation, fields["mcc"])
    #expect(pairs.confusion == (fields["confusion"]?.array ?? []).map(ints))
    try expectClose(
      CalibrationError.expected(
        probabilities: doubles(fields["probabilities"]),
        isRight: zip(pairs.right, pairs.chosen).map { $0 == $1 }), fields["ece"])
  }

  @Test("of several labels are scikit-learn's", arguments: cases("several").indices)
  func several(place: Int) throws {
    let fields = Self.cases("several")[place]
    let rows = SeveralLabels(
      right: (fields["right"]?.array ?? []).map { Set(ints($0)) },
      chosen: (fields["chosen"]?.array ?? []).map { Set(ints($0)) },
      labelCount: try #require(fields["labels"]?.int))
    try expectClose(
      Double(rows.correctCount) / Double(rows.right.count), fields["accuracy"])
    try expectClose(rows.macroF1, fields["macro_f1"])
    try expectClose(rows.microF1, fields["micro_f1"])
  }

  @Test("of numbers are scikit-learn's and scipy's", arguments: cases("numbers").indices)
  func numbers(place: Int) throws {
    let fields = Self.cases("numbers")[place]
    let pairs = NumberPairs(right: doubles(fields["right"]), given: doubles(fields["given"]))
    try expectClose(pairs.rootMeanSquaredError, fields["rmse"])
    try expectClose(pairs.meanAbsoluteError, fields["mae"])
    try expectClose(pairs.pearsonCorrelation, fields["pearson"])
  }

  @Test("of nothing are 0")
  func nothing() {
    let none = LabelPairs(right: [], chosen: [], labelCount: 3)
    #expect(none.accuracy == 0 && none.macroF1 == 0 && none.matthewsCorrelation == 0)
    #expect(CalibrationError.expected(probabilities: [], isRight: []) == 0)
    let numbers = NumberPairs(right: [2, 2], given: [1, 3])
    #expect(numbers.pearsonCorrelation == 0)
  }
}
