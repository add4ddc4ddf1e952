/// A tensor of an adapter's file: which module of the base it belongs to, and what it is there.
package struct AdapterTensor: Hashable, Sendable {
  /// What a tensor is for a module: what its name ends with in PEFT's files.
  package enum Role: String, CaseIterable, Hashable, Sendable {
    case lowRankA = "lora_A.weight"
    case lowRankB = "lora_B.weight"
    case lowRankBias = "lora_B.bias"
    case magnitude = "lora_magnitude_vector"
    case tableA = "lora_embedding_A"
    case tableB = "lora_embedding_B"
    case adaptiveA = "lora_A"
    case adaptiveB = "lora_B"
    case rankFactors = "lora_E"
    case tokenRows = "token_adapter.trainable_tokens_delta"
    case onlyTokenRows = "trainable_tokens_delta"
    case factors = "ia3_l"
    case productA1 = "hada_w1_a"
    case productB1 = "hada_w1_b"
    case productA2 = "hada_w2_a"
    case productB2 = "hada_w2_b"
    case outer = "lokr_w1"
    case outerA = "lokr_w1_a"
    case outerB = "lokr_w1_b"
    case inner = "lokr_w2"
    case innerA = "lokr_w2_a"
    case innerB = "lokr_w2_b"
    case outputFactors = "vera_lambda_b"
    case rankScale = "vera_lambda_d"
    case sharedA = "vera_A"
    case sharedB = "vera_B"
    /// Of a norm that is trained whole.
    case normWeight = "ln_tuning_layers.weight"
    case normBias = "ln_tuning_layers.bias"
    /// Of the module under the adapter: the base's own, or one that is trained beside it.
    case baseWeight = "base_layer.weight"
    case baseBias = "base_layer.bias"
    /// In the place of one of the base: `modules_to_save`, and trained biases.
    case weight
    case bias
  }

  /// The base's name of the module.
  package internal(set) var module: String
  /// What it is there.
  package let role: Role
  /// Its name in the file.
  package let name: String
  /// What peft calls the module, where its files are called otherwise.
  package var moduleInPEFT: String?
  /// Whether the file has it as `[columns, rows]`.
  package var isTurned = false

  /// The name that PEFT gives it, whoever wrote the file.
  package var nameInPEFT: String { Self.name(of: role, moduleInPEFT ?? module) }

  /// PEFT's name of a module's tensor.
  package static func name(of role: Role, _ module: String) -> String {
    let isShared = role == .sharedA || role == .sharedB
    return (isShared ? "base_model." : AdapterDirectory.prefix)
      + (module.isEmpty ? "" : module + ".") + role.rawValue
  }

  /// The base's tensor that it takes the place of; nil for parts of an adapter.
  package var replaced: String? {
    switch role {
    case .weight, .normWeight, .baseWeight: module + ".weight"
    case .bias, .normBias, .baseBias: module + ".bias"
    default: nil
    }
  }
}

extension AdapterTensor {
  /// What the parts of a name say.
  enum Reading: Hashable {
    case tensor(AdapterTensor, adapter: String?)
    /// What peft saves of the base beside a module that is trained whole.
    case original
    case unknown
  }

  /// Reads a name as PEFT, and programs that save through it, write them: with or without the
  /// prefix, with or without the adapter's name, and with what wrappers of modules put in between.
  static func read(_ name: String) -> Reading {
    var parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    parts.removeAll(where: wrappers.contains)
    if parts.first == "base_model" { parts.removeFirst() }
    if parts.first == "model", name.hasPrefix(AdapterDirectory.prefix) { parts.removeFirst() }
    guard let place = place(in: parts) else {
      guard let last = parts.popLast(), let role = Role(rawValue: last), !parts.isEmpty else {
        return .unknown
      }
      return .tensor(.init(module: joined(parts), role: role, name: name), adapter: nil)
    }
    let (module, marker) = (joined(parts[..<place]), parts[place])
    var rest = Array(parts[(place + 1)...])
    if marker == "original_module" { return .original }
    let isModule = rest.last == "weight" || rest.last == "bias"
    var ending = isModule ? [rest.removeLast()] : []
    if marker == "token_adapter", !rest.isEmpty { ending.insert(rest.removeFirst(), at: 0) }
    if marker == "lora_magnitude_vector" { ending = [] }
    // What is left is the adapter's name, which says nothing.
    guard rest.count <= 1 else { return .unknown }
    // What a wrapper holds of the base is the base's.
    let start = marker == "modules_to_save" || ending.first == "base_layer" ? [] : [marker]
    guard let role = Role(rawValue: joined(start + ending)) else { return .unknown }
    return .tensor(.init(module: module, role: role, name: name), adapter: rest.first)
  }

  /// Where the module's path ends: before the first part that says what a tensor is for; a layer
  /// under an adapter may carry another.
  private static func place(in parts: [String]) -> Int? {
    guard let first = parts.firstIndex(where: markers.contains) else { return nil }
    let inner = ["lora_A", "lora_B"]
    let isOfInner =
      parts[first] == "base_layer" && parts[(first + 1)...].first.map(inner.contains) == true
    return isOfInner ? first + 1 : first
  }

  private static func joined(_ parts: some Sequence<String>) -> String {
    parts.joined(separator: ".")
  }

  /// The part of a name that ends a module's path.
  private static let markers: Set<String> = Set(
    Role.allCases.map { String($0.rawValue.prefix { $0 != "." }) }
      + ["modules_to_save", "original_module"]
  ).subtracting(["weight", "bias"])

  /// What compiling and sharding put around modules.
  private static let wrappers: Set<String> = [
    "_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module",
  ]
}
