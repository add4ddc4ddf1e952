/// The lines that led to what is loaded: typed again in a new session, they lead to the same.
///
/// Kept beside the state of a training, so that whoever finds its folder can go on with it.
package struct Provenance: Hashable, Sendable {
  /// What a line made.
  package enum Part: Hashable, Sendable {
    /// The model itself.
    case model
    /// What was done to the model: trainings, a loaded adapter.
    case training
    /// Data called so by then.
    case data(String)
  }

  private struct Line: Hashable {
    let text: String
    let part: Part
    /// What was set by then of what counts, in the order of all settings.
    let settings: [String]

    var dataName: String? {
      if case .data(let name) = part { name } else { nil }
    }
  }

  private var list: [Line] = []

  package init() {}

  /// Adds a line; one that loads something anew takes the place of those that led to the old.
  ///
  /// - Parameters:
  ///   - text: the command as it can be typed.
  ///   - part: what it made.
  ///   - isFresh: whether it goes by nothing that was there.
  ///   - settings: what is set of what counts for it, such as `seed 3`.
  package mutating func note(_ text: String, made part: Part, isFresh: Bool, settings: [String]) {
    switch part {
    case .model: if isFresh { forgetModel() }
    case .training: break
    case .data:
      // Of data under several names one may have been made from another.
      let names = Set(list.compactMap(\.dataName))
      if isFresh, names.allSatisfy({ .data($0) == part }) { list.removeAll { $0.dataName != nil } }
    }
    list.append(Line(text: text, part: part, settings: settings))
  }

  /// Forgets what was done to the model, as `reset` does.
  package mutating func forgetTraining() { list.removeAll { $0.part == .training } }

  /// Forgets the model with all that was done to it.
  package mutating func forgetModel() {
    list.removeAll { $0.part == .model || $0.part == .training }
  }

  /// The lines to type, in order, with `set` before those that something was set for.
  package var lines: [String] {
    var lines: [String] = []
    var current: [String] = []
    for line in list {
      let new = line.settings.filter { !current.contains($0) }
      if !new.isEmpty { lines.append("set " + new.joined(separator: ", ")) }
      current =
        line.settings
        + current.filter { old in
          !line.settings.contains { $0.prefix { $0 != " " } == old.prefix { $0 != " " } }
        }
      lines.append(line.text)
    }
    return lines
  }
}
