import Models

extension Blueprint {
  /// Whether a layer keeps the last rows of what it reads, or a state, which only a copy of the whole
  /// sequence has.
  var keepsLastRows: Bool { layers.contains { $0.attention == nil } }

  /// Whether what was read can be taken back token by token: not where a layer keeps a state, and not
  /// where the length that a sequence will have turns its keys.
  var canForget: Bool { !keepsLastRows && shortLength == nil }
}
