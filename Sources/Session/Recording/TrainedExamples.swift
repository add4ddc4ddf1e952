package import Datasets
import Training

/// What the last training found of each row that it was trained on.
package struct TrainedExamples: Sendable {
  /// A row with what it cost, epoch by epoch.
  package struct Row: Sendable {
    /// Its line in the data's file.
    package let line: Int
    /// What it says; nil for one that is not loaded.
    package let example: Example?
    /// Its loss at each epoch that met it, in nats per trained token.
    package let losses: [Float]

    package init(line: Int, example: Example?, losses: [Float]) {
      (self.line, self.example, self.losses) = (line, example, losses)
    }

    /// The loss of the last epoch.
    package var last: Float { losses.last ?? .nan }

    /// How far the loss is above the least that it was; 0 or more.
    package var rise: Float { last - (losses.min() ?? last) }
  }

  /// The rows, in the order of the data; one that is long is in it once, as its worst window.
  package let rows: [Row]

  package init(_ rows: [Row]) { self.rows = rows }

  /// What a record says of rows, whose numbers are in `places` in the record's order.
  init(_ rows: [Example], places: [Int], _ record: ExampleRecord) {
    var found: [Int: Row] = [:]
    for (index, place) in places.enumerated() {
      let row = Row(
        line: rows[place].line, example: rows[place], losses: record.history(of: index))
      guard !row.losses.isEmpty, (found[place]?.last ?? -.infinity) < row.last else { continue }
      found[place] = row
    }
    self.rows = found.sorted { $0.key < $1.key }.map(\.value)
  }

  /// The rows whose last loss is the largest, the worst first.
  package func worst(_ count: Int) -> [Row] {
    Array(
      rows.enumerated().sorted {
        ($1.element.last, $0.offset) < ($0.element.last, $1.offset)
      }.map(\.element).prefix(count))
  }

  /// The part of its least loss by which a forgotten row's loss rose, at least.
  private static let risen: Float = 0.1

  /// The rows that the model knew better in an earlier epoch, those whose loss rose most first.
  package func forgotten(_ count: Int) -> [Row] {
    let risen = rows.filter { $0.rise > Self.risen * (($0.losses.min() ?? 0) + 0.01) }
    return Array(
      risen.enumerated().sorted {
        ($1.element.rise, $0.offset) < ($0.element.rise, $1.offset)
      }.map(\.element).prefix(count))
  }
}
