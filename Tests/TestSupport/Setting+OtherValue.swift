package import SettingDeclarations

extension Setting {
  /// A value that the setting may have, and has not in `group`; nil when none is known.
  package func otherValue(than group: Group) -> SettingValue? {
    let words: [SettingValue] = (choices + ["e"]).map { .text($0) }
    let numbers: [SettingValue] = [0, 0.5, 1, 2, 20, 1e13].map { .number($0) }
    return (words + numbers + [.list(["q_proj"]), .list(["8"])]).first { value in
      var changed = group
      return set(value, in: &changed) && self.value(in: changed) != self.value(in: group)
    }
  }
}
