package import Checkpoints
import Serialization

/// Models that share a `model_type`: how their config.json and their files are read.
///
/// A family is one file beside this one; ``all`` lists them.
struct ModelFamily: Sendable {
  let modelType: String
  /// The class by which transformers knows it.
  let architecture: String
  /// What a config means when it leaves a key out: what transformers 5.24 has for the family.
  let defaults: JSONObject
  /// Other names of keys, which count before these: those of transformers' `attribute_map`.
  var aliases: [String: String] = [:]
  /// Keys whose null says something else than leaving them out: that there is none.
  var nullableKeys: Set<String> = []
  /// The key of the longest sequence.
  var positionsKey = "max_position_embeddings"
  /// Keys of ``UnreadKey/all`` that this family reads.
  var readKeys: Set<String> = []
  /// The id that ends a text when the config leaves it out, where the tokenizer agrees.
  var endOfSequenceID: Int?
  /// What stands before the names of all tensors but the head's, and is missing in files that were
  /// saved without a head.
  let prefix: String
  /// Other names that files have for a tensor.
  var otherNames: [String: String] = [:]
  /// Other words that files have for a part of the names of modules.
  var otherParts: [String: String] = [:]
  /// The ends of the names of tensors that follow from the config, and that old files keep.
  var derivedNames: [String] = ["rotary_emb.inv_freq"]
  /// Ends of names, each with that which old files have in its place.
  var oldEnds: [String: String] = [:]
  /// Reads what the model of a config is made of, left-out keys being completed.
  let describe: @Sendable (ConfigReader) throws(CheckpointError) -> Description

  /// What a config says.
  struct Description {
    let blueprint: Blueprint
    /// The keys that the blueprint follows from, as they are written.
    let members: JSONObject
    /// What files of the config may hold, by the heads they have; empty where a config says all.
    ///
    /// The first that a file is complete for is the model.
    var forms: [Blueprint] = []
  }

  /// Every family: a line each.
  static let all = [
    llama, mistral, qwen2, qwen3, gemma, gemma2, gemma3, phi3, smolLM3, granite, olmo2, olmo3, phi,
    stableLM, starcoder2, glm, glm4, cohere, cohere2, exaone4, internLM3, ministral, seedOSS, cwm,
    ernie45, arcee, helium, iQuestCoder, olmo, hunYuan, nemotron, gpt2, gptNeoX, gptJ, gptNeo,
    gptBigCode, falcon, opt, bloom, mpt,
    mixtral, qwen2MoE, qwen3MoE, olmoe, gptOss, deepSeek2, deepSeek3,
    bert, roberta, xlmRoberta, camembert, distilbert, electra, albert, modernBERT,
    lfm2, qwen35, t5, mt5, umt5,
  ]

  /// The settings of a config with the family's defaults where it leaves a key out.
  func completed(_ file: ConfigReader) -> ConfigReader {
    var object = defaults
    for (key, value) in file.object.entries {
      if value.isNull, object[key] != nil, !nullableKeys.contains(key) { continue }
      object[key] = value
    }
    for (alias, key) in aliases {
      if let value = file.value(alias) { object[key] = value }
    }
    return ConfigReader(object, path: file.path)
  }
}

/// A family is its name.
extension ModelFamily: Hashable {
  static func == (one: ModelFamily, other: ModelFamily) -> Bool {
    one.modelType == other.modelType
  }

  func hash(into hasher: inout Hasher) { hasher.combine(modelType) }
}

// MARK: Names in files

extension ModelConfig {
  /// The name under which files that hold tensors of these names keep each tensor of the blueprint,
  /// and the head's where there is one; tensors that are missing have no name.
  package func storedNames(among present: [String]) -> [String: String] {
    let present = Set(present)
    var stored: [String: String] = [:]
    for plan in blueprint.tensors + [blueprint.head.weight] {
      let names = names(of: plan.name) + (plan.stack.map { self.names(of: $0.name) } ?? [])
      stored[plan.name] = names.first(where: present.contains)
    }
    // Where a file has the head of a tied embedding alone, it is the table.
    let table = blueprint.embedding.tokens.name
    if blueprint.head.isEmbedding, stored[table] == nil {
      stored[table] = stored[blueprint.head.weight.name]
    }
    return stored
  }

  /// Where a tensor lies in the one of a file that is stored under `name`, with that one's sizes; nil
  /// where it is the whole of it.
  package func part(
    of plan: TensorPlan, storedAs name: String
  ) -> (part: TensorPart, whole: [Int])? {
    guard let stack = plan.stack, names(of: stack.name).contains(name) else { return nil }
    return (TensorPart(shape: plan.shapeInFiles, start: stack.start), stack.shape)
  }

  /// This config for files that hold tensors of these names: with the head that they have, and without
  /// the parts beside it that they have not.
  package func fitted(to present: [String]) -> ModelConfig {
    let present = Set(present)
    func isThere(_ plan: TensorPlan) -> Bool {
      names(of: plan.name).contains(where: present.contains)
    }
    let form = forms.first { form in
      let last = form.layers.last?.tensors.first
      return ([form.embedding.tokens, last].compactMap(\.self) + form.head.tensors)
        .allSatisfy(isThere)
    }
    guard var form = form ?? forms.first else { return self }
    if let pooler = form.pooler, !pooler.tensors.allSatisfy(isThere) { form.pooler = nil }
    form.unread = form.unread.filter(isThere)
    return with(form)
  }

  /// What a module is called here that goes by the names of the newest files.
  package func ownName(_ path: String) -> String { renamed(path) { $0.value == $1 ? $0.key : nil } }

  /// What a module is called in the newest files.
  package func otherName(_ path: String) -> String {
    renamed(path) { $0.key == $1 ? $0.value : nil }
  }

  private func renamed(
    _ path: String, _ name: (Dictionary<String, String>.Element, Substring) -> String?
  ) -> String {
    guard !family.otherParts.isEmpty else { return path }
    return path.split(separator: ".").map { part in
      family.otherParts.compactMap { name($0, part) }.first ?? String(part)
    }.joined(separator: ".")
  }

  /// The names that files may have for a tensor, the usual one first.
  private func names(of name: String) -> [String] {
    var names = [name]
    for (part, other) in family.otherParts.sorted(by: { $0.key < $1.key }) {
      let renamed = name.split(separator: ".").map { $0 == part ? other : String($0) }
        .joined(separator: ".")
      if renamed != name { names.append(renamed) }
    }
    if name.hasPrefix(family.prefix) {
      let rest = String(name.dropFirst(family.prefix.count))
      names += [rest] + TextPart.prefixes.map { $0 + rest }
    } else {
      names.append(TextPart.headPrefix + name)
    }
    if let other = family.otherNames[name] { names.append(other) }
    for (end, old) in family.oldEnds where name.hasSuffix(end) {
      names += names.map { $0.dropLast(end.count) + old }
    }
    return names
  }

  /// The name of a tensor without what stands before the names of all but the head's.
  func bareName(_ name: String) -> String {
    name.hasPrefix(family.prefix) ? String(name.dropFirst(family.prefix.count)) : name
  }

  /// What a module is called below a head that is called otherwise without one.
  package func nameWithPrefix(_ bareName: String) -> String { family.prefix + bareName }

  /// Whether a tensor follows from the config.
  func isDerived(_ name: String) -> Bool { family.derivedNames.contains(where: name.hasSuffix) }

  /// Whether a tensor is of a part of the model that is not read.
  func isLeftOut(_ name: String) -> Bool { textPart != nil && TextPart.isOfImages(name) }
}

extension JSONObject {
  /// These members, and those of `other`, which count where both have a key.
  func overlaid(by other: JSONObject) -> JSONObject {
    var object = self
    for (key, value) in other.entries { object[key] = value }
    return object
  }
}
