/// How much the loss of a text counts, by its label.
package enum LabelWeights: String, CaseIterable, Hashable, Sendable {
  /// Each as much.
  case equal
  /// So that all labels count as much together, however many texts have each.
  case balanced

  /// The balanced weight of each label by the places of those that texts have: texts / (labels · texts
  /// with it); a label that no text has weighs nothing.
  package static func balanced(_ places: [Int], labelCount: Int) -> [Double] {
    var counts = [Int](repeating: 0, count: labelCount)
    for place in places { counts[place] += 1 }
    return counts.map {
      $0 == 0 ? 0 : Double(places.count) / (Double(labelCount) * Double($0))
    }
  }
}
