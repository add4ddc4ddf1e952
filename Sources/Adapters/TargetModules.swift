package import Models

/// Which linear layers an adapter changes.
package enum TargetModules: Hashable, Sendable {
  /// Every linear layer but the output head, what chooses experts, and layers that files keep
  /// together: peft knows these by no name. Of a head that is learned whole, none.
  case allLinear
  /// Layers whose path is one of these, or ends in a dot and one of these, as in PEFT.
  case named([String])

  /// Returns the layers meant, in the model's order.
  ///
  /// - Throws: ``AdapterError/noSuchModule(pattern:known:)`` when a name fits none.
  package func linears(of model: Transformer) throws(AdapterError) -> [Linear] {
    let head = WholeHead(model)
    let named = model.linears.filter { !$0.isStacked && !head.has($0) }
    guard case .named(let patterns) = self else { return named.filter { !$0.isRouter } }
    for pattern in patterns {
      guard named.contains(where: { TargetModules.matches(pattern, path: $0.path) }) else {
        throw .noSuchModule(pattern: pattern, known: TargetModules.shortNames(of: model))
      }
    }
    return named.filter { linear in
      patterns.contains { TargetModules.matches($0, path: linear.path) }
    }
  }

  /// The last parts of the layers' paths, such as `q_proj`, each once.
  package static func shortNames(of model: Transformer) -> [String] {
    var names: [String] = []
    for linear in model.linears where !linear.isStacked {
      let name = linear.path.split(separator: ".").last.map(String.init) ?? linear.path
      if !names.contains(name) { names.append(name) }
    }
    return names
  }

  static func matches(_ pattern: String, path: String) -> Bool {
    path == pattern || path.hasSuffix(".\(pattern)")
  }
}
