import Serialization

/// A place where two values are not the same.
package struct ValueDifference: Hashable, Sendable {
  /// Where it is, as `train.loss` or `sample.answers[2]`.
  package let place: String
  /// As it is recorded; `nothing` when it is not.
  package let recorded: String
  /// As it is now.
  package let found: String

  init(_ place: String, _ recorded: String?, _ found: String?) {
    self.place = place
    self.recorded = recorded ?? "nothing"
    self.found = found ?? "nothing"
  }

  /// Compares two values: numbers by their bits, texts by their characters.
  ///
  /// `place` is the name of both; a field whose name is volatile may differ.
  static func between(
    _ recorded: JSONValue, _ found: JSONValue, at place: String,
    isVolatile: (String) -> Bool
  ) -> [ValueDifference] {
    switch (recorded, found) {
    case (.object(let old), .object(let new)):
      let keys = old.keys + new.keys.filter { old[$0] == nil }
      return keys.filter { !isVolatile($0) }.flatMap { key -> [ValueDifference] in
        guard let oldValue = old[key], let newValue = new[key] else {
          return [ValueDifference("\(place).\(key)", old[key]?.text, new[key]?.text)]
        }
        return between(oldValue, newValue, at: "\(place).\(key)", isVolatile: isVolatile)
      }
    case (.array(let old), .array(let new)):
      return (0..<max(old.count, new.count)).flatMap { index -> [ValueDifference] in
        let name = "\(place)[\(index)]"
        guard index < old.count, index < new.count else {
          let values = [old, new].map { index < $0.count ? $0[index].text : nil }
          return [ValueDifference(name, values[0], values[1])]
        }
        return between(old[index], new[index], at: name, isVolatile: isVolatile)
      }
    default:
      // 3 and 3.0 are one number.
      let isSame = recorded.double.map { $0 == found.double } ?? (recorded == found)
      return isSame ? [] : [ValueDifference(place, recorded.text, found.text)]
    }
  }
}
