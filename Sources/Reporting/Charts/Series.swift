/// A named line of points, such as the loss over the steps of a run.
package struct Series: Hashable, Sendable {
  /// One measured point.
  package struct Point: Hashable, Sendable {
    /// Along the lower axis, such as a step.
    package var x: Double
    /// What was measured there; one that is no number leaves a gap.
    package var y: Double

    package init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// What the legend calls it.
  package var name: String
  /// In the order they are joined.
  package var points: [Point]

  package init(_ name: String, _ points: [Point] = []) {
    self.name = name
    self.points = points
  }
}

/// Series that share their axes, drawn as one picture.
package struct Chart: Hashable, Sendable {
  /// What stands above the picture.
  package var title: String
  /// What the axes count, as `step` and `loss`.
  package var xLabel: String
  /// The label of the axis on the left.
  package var yLabel: String
  /// The lines, each in a colour of its own.
  package var series: [Series]

  package init(_ title: String, x: String, y: String, _ series: [Series]) {
    self.title = title
    xLabel = x
    yLabel = y
    self.series = series
  }
}
