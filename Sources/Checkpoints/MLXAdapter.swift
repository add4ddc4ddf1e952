import Serialization

/// An adapter as MLX writes it, told in PEFT's terms.
///
/// `adapters.safetensors` has `q_proj.lora_a`, [in, R], and `q_proj.lora_b`, [R, out], by the base's
/// own names, and adapter_config.json the scale that their product is multiplied by; `m` are the
/// magnitudes of DoRA. After a training of all weights it has whole tensors.
struct MLXAdapter {
  /// The file of the matrices.
  static let weightsName = "adapters.safetensors"

  let config: AdapterConfig
  let tensors: [AdapterTensor]

  init(config bytes: [UInt8], path: String, _ file: Safetensors) throws(CheckpointError) {
    let reader = try ConfigReader(bytes, path: path)
    let type = try reader.string("fine_tune_type") ?? "lora"
    guard ["lora", "dora", "full"].contains(type) else {
      throw reader.wrong("fine_tune_type", "\"lora\", \"dora\" or \"full\"")
    }
    tensors = try Self.tensors(file)
    let settings = try Self.settings(reader, isNeeded: type != "full")
    let modules = Set(tensors.filter { $0.replaced == nil }.map(\.module))
    var config = AdapterConfig(
      baseModel: try reader.string("model"), rank: settings.rank,
      alpha: settings.scale * Double(settings.rank), dropout: settings.dropout,
      targetModules: Array(modules), usesDecomposition: type == "dora")
    config.modulesToSave = Set(tensors.filter { $0.replaced != nil }.map(\.module)).sorted()
    self.config = config
  }

  private typealias Settings = (rank: Int, scale: Double, dropout: Double)

  private static func settings(
    _ reader: ConfigReader, isNeeded: Bool
  ) throws(CheckpointError) -> Settings {
    guard let section = try reader.section("lora_parameters") else {
      if isNeeded { throw .missingSetting(path: reader.path, key: "lora_parameters") }
      return (1, 1, 0)
    }
    for (key, value) in section.object.entries where !keys.contains(key) && !value.isOff {
      throw .unsupported(
        path: reader.path, key: key, value: shown(value.text),
        reason: "this setting of lora_parameters is not known here")
    }
    let rank = try section.required(section.int("rank", in: AdapterConfig.rankRange), "rank")
    let scale = try section.required(section.double("scale", above: 0, upTo: 1e6), "scale")
    guard let value = section.value("dropout") else { return (rank, scale, 0) }
    guard let dropout = value.double, dropout >= 0, dropout < 1 else {
      throw section.wrong("dropout", "a number from 0 to below 1")
    }
    return (rank, scale, dropout)
  }

  /// `alpha` is left from earlier versions, where it counted for nothing; `keys` says where matrices
  /// are, as they themselves do.
  private static let keys: Set<String> = ["rank", "scale", "dropout", "alpha", "keys"]

  private static func tensors(_ file: Safetensors) throws(CheckpointError) -> [AdapterTensor] {
    let tables = Set(
      file.names.filter { $0.hasSuffix(".lora_a") }.map(module).filter { table in
        let last = table.split(separator: ".").last
        return last == "embed_tokens" || last == "wte" || last == "embed_in"
      })
    return try file.names.map { (name) throws(CheckpointError) in
      let module = module(name)
      let isTable = tables.contains(module)
      func tensor(_ role: AdapterTensor.Role, isTurned: Bool = true) -> AdapterTensor {
        AdapterTensor(module: module, role: role, name: name, isTurned: isTurned)
      }
      switch name.split(separator: ".").last {
      case "lora_a": return tensor(isTable ? .tableA : .lowRankA)
      case "lora_b": return tensor(isTable ? .tableB : .lowRankB)
      case "m" where !isTable: return tensor(.magnitude, isTurned: false)
      case "weight": return tensor(.weight, isTurned: false)
      case "bias": return tensor(.bias, isTurned: false)
      default:
        throw .unsupportedAdapter(
          path: file.path, key: name, value: "there",
          reason:
            "only lora_a, lora_b, the magnitudes of linear layers, and whole tensors are read",
          remedy: .merge)
      }
    }
  }

  private static func module(_ name: String) -> String {
    name.split(separator: ".").dropLast().joined(separator: ".")
  }
}
