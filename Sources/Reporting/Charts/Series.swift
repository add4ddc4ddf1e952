/// A named line of points, such as the loss over the steps of a run.
package struct Series: Hashable, Sendable {
  /// One measured point.
  package struct Point: Hashable, Sendable {
    package var x: Double
    package var y: Double

    package init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  package var name: String
  package var points: [Point]

  package init(_ name: String, _ points: [Point] = []) {
    self.name = name
    self.points = points
  }
}

/// Series that share their axes, drawn as one picture.
package struct Chart: Hashable, Sendable {
  package var title: String
  /// What the axes count, as `step` and `loss`.
  package var xLabel: String
  package var yLabel: String
  package var series: [Series]

  package init(_ title: String, x: String, y: String, _ series: [Series]) {
    self.title = title
    xLabel = x
    yLabel = y
    self.series = series
  }
}
