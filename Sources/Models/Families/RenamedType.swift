import Checkpoints
import Serialization

/// Configs whose `model_type` alone is unknown: fine-tuned models are sometimes renamed.
///
/// Such a model is read as the family that its `architectures` name when that is one class, of a
/// known family, and the file has no key but those that the family reads, those of every model, and
/// those that say "nothing": any other might be what the new name stands for.
enum RenamedType {
  /// The family; nil where the architectures name none.
  static func family(_ file: ConfigReader, type: String) throws(CheckpointError) -> ModelFamily? {
    let architectures = try file.strings("architectures")
    guard let architecture = architectures.first, architectures.count == 1,
      let family = ModelFamily.all.first(where: { $0.architecture == architecture })
    else { return nil }
    let described = try family.describe(family.completed(file))
    let known = plainKeys.union(family.defaults.keys).union(described.members.keys)
      .union(family.readKeys).union(family.aliases.keys)
    let strange = file.object.entries.first { key, value in !known.contains(key) && !value.isOff }
    if let (key, value) = strange {
      throw .unsupported(
        path: file.path, key: key, value: shown(value.text),
        reason:
          "`model_type` \(shown(type)) is not known here, and \(family.modelType) models, which "
          + "its architecture is of, have no such key")
    }
    return family
  }

  /// Keys that any model may have and that change nothing of what it computes.
  private static let plainKeys: Set = [
    "architectures", "model_type", "transformers_version", "torch_dtype", "dtype", "use_cache",
    "bos_token_id", "eos_token_id", "pad_token_id", "initializer_range", "attention_dropout",
    "hidden_dropout", "resid_pdrop", "embd_pdrop", "attn_pdrop", "dropout", "pretraining_tp",
    "_name_or_path", "name_or_path", "output_attentions", "output_hidden_states", "return_dict",
    "_attn_implementation", "attn_implementation", "tokenizer_class", "task_specific_params",
    "id2label", "label2id", "problem_type", "unsloth_version", "unsloth_fixed", "rope_scaling",
    "rope_parameters",
  ]

  /// What is told when a model is read so.
  static func note(type: String, family: ModelFamily) -> String {
    "`model_type` \"\(shown(type))\" is not known; the model is read as \(family.modelType), which "
      + "its architecture is of."
  }
}
