import Checkpoints

/// Where a tensor of a Hugging Face folder lies in a GGUF file.
enum GGUFPlace: Hashable, Sendable {
  /// A tensor by itself.
  case whole(String)
  /// One of those that one tensor has for all experts.
  case member(String, Int)
  /// The rows of two such, in turn.
  case turns(String, String, Int)
  /// The rows of each head, from a tensor whose heads lie turned and from another.
  case heads(turned: String, String)
}

extension GGUFArchitecture {
  /// The places of all tensors that the parts of a file hold, by their names in a folder.
  ///
  /// A name that the architecture does not have stays, so that it is refused as unused.
  func places(in parts: GGUFParts) -> [String: GGUFPlace] {
    var places: [String: GGUFPlace] = [:]
    for name in parts.tensorNames where !Self.derivedTensors.contains(name) {
      places.merge(self.places(ofFile: name, parts)) { $1 }
    }
    return places
  }

  private func places(ofFile name: String, _ parts: GGUFParts) -> [String: GGUFPlace] {
    let (whole, layer) = GGUFModule.numbered(name)
    if let tensor = tensors.first(where: { $0.pattern == whole }) {
      return [GGUFModule.filled(tensor.name, layer): .whole(name)]
    }
    guard let end = name.lastIndex(of: ".") else { return [name: .whole(name)] }
    let (pattern, numbers) = GGUFModule.numbered(String(name[..<end]))
    if modules.contains(where: { $0.partner == pattern }) { return [:] }
    guard let module = modules.first(where: { $0.pattern == pattern }) else {
      return [name: .whole(name)]
    }
    let partner = module.partner.map { GGUFModule.filled($0, numbers) + name[end...] }
    guard module.isOfAllExperts else {
      let own = GGUFModule.filled(module.name, numbers) + name[end...]
      return [own: partner.map { .heads(turned: name, $0) } ?? .whole(name)]
    }
    let shape = parts.entry(named: name)?.shape ?? []
    guard let count = shape.first, shape.count > 1, count <= Self.expertLimit else {
      return [name: .whole(name)]
    }
    var places: [String: GGUFPlace] = [:]
    for expert in 0..<count {
      let own = GGUFModule.filled(module.name, numbers + ["\(expert)"]) + name[end...]
      places[own] = partner.map { .turns(name, $0, expert) } ?? .member(name, expert)
    }
    return places
  }

  /// Experts of a layer, beyond what there is.
  private static let expertLimit = 1 << 12
}
