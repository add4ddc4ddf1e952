import Checkpoints
import Reporting
import Session
import Training

/// What to say of a path that is no model's folder, or no adapter's: what is there, and the line
/// that reads it.
extension ModelPlace {
  /// The error for a path, or a name, that was to be loaded as a model; `label` marks where it was
  /// asked for, with a few words.
  func refusal(
    of path: String, _ resources: Resources,
    label: (String) -> Diagnostic.Label? = { _ in nil }
  ) -> Diagnostic {
    guard let (what, hints) = found(at: path, resources) else {
      return LoadModel.unknown(path, in: resources, label: label)
    }
    return Diagnostic(
      code: .notAModelFolder, "\"\(path)\" is \(what).", at: label(""), hints: hints)
  }

  private func found(
    at path: String, _ resources: Resources
  ) -> (what: String, hints: [Diagnostic.Hint])? {
    switch self {
    case .model, .cached, .gguf, .nothing: nil
    case .revisions(let folders):
      folders.isEmpty
        ? ("a folder of the Hugging Face cache without a model in it", [Self.download])
        : (
          "a folder of the Hugging Face cache with several revisions of a model",
          folders.prefix(3).map { .type("load model \"\($0)\"") }
        )
    case .adapter(let base):
      ("an adapter, which belongs to a model", adapter(path, base))
    case .tensors(let folder):
      (
        "a file of tensors without the config.json and tokenizer.json that belong to it",
        Self.original(beside: folder + "/")
      )
    case .pickle(let file):
      (
        file == path
          ? "a pickle file, which could run code"
          : "a folder with a pickle file, which could run code",
        Self.original(beside: file)
      )
    case .foreign(let file):
      (
        (file == path ? "" : "a folder with ")
          + (ForeignFormat(of: file)?.about ?? "a file for another program"),
        Self.original(beside: file)
      )
    case .tokenizer:
      (
        "a folder with a tokenizer and no model",
        [
          .type(
            "new model wren {hidden: 64, layers: 2, heads: 4} tokenizer \"\(path)/tokenizer.json\"",
            remark: "an untrained model around it")
        ]
      )
    case .shelf(let models, let adapters):
      (
        "a folder with \(models.isEmpty ? "adapters" : "models") in it, and is none itself",
        models.prefix(3).map { .type("load model \"\($0)\"") }
          + adapters.prefix(models.isEmpty ? 3 : 0).map {
            .type("load adapter \"\($0)\"", remark: "after its model was loaded")
          }
      )
    case .other(let names):
      if let state = try? TrainingCheckpoint.request(inFolder: path), !state.isEmpty {
        (
          "the state of a training",
          [.type("resume \"\(path)\"", remark: "after its model and data were loaded")]
        )
      } else {
        (
          names.isEmpty
            ? "no folder of a model"
            : "a folder without config.json, which a model has; it holds "
              + names.map { "`\($0)`" }.joined(separator: ", "),
          [Self.download]
        )
      }
    }
  }

  /// The lines that load an adapter whose base was not found: that first.
  private func adapter(_ path: String, _ base: String?) -> [Diagnostic.Hint] {
    let name = base.map { "`\(Wording.oneLine($0))`" } ?? "the model it was trained on"
    var hints: [Diagnostic.Hint] = [
      .help("its base is \(name), which is not on this machine: load that model first")
    ]
    if let base, base.split(separator: "/").count == 2, !base.hasPrefix("/"), !base.contains("\"") {
      hints = [.type("get model \"\(base)\"", remark: "its base; then load the adapter's folder")]
    }
    return hints + [.type("load adapter \"\(path)\"", remark: "after the model was loaded")]
  }

  /// The folder that a file lies in when that is a model, else what to look for.
  private static func original(beside file: String) -> [Diagnostic.Hint] {
    let folder = parentFolder(of: file)
    guard ModelPlace(at: folder) == .model,
      fileExists(folder + "/model.safetensors")
        || fileExists(folder + "/model.safetensors.index.json")
    else { return [download] }
    return [.type("load model \"\(folder)\"", remark: "the model's folder")]
  }

  private static let download = Diagnostic.Hint.help(
    "take the folder of the original model: config.json, tokenizer.json and model.safetensors")

  /// The error for a path that was to be loaded as an adapter.
  func refusalAsAdapter(of path: String) -> Diagnostic {
    let (what, hints): (String, [Diagnostic.Hint])
    switch self {
    case .model, .cached:
      (what, hints) = ("a model, and no adapter", [.type("load model \"\(path)\"")])
    case .tensors(let folder) where fileExists(folder + "/" + AdapterDirectory.configName):
      (what, hints) = (
        "a file of tensors, and an adapter is a folder", [.type("load adapter \"\(folder)\"")]
      )
    case .gguf, .tensors:
      (what, hints) = (
        "a file, and an adapter is a folder",
        [.help("an adapter's folder has adapter_config.json and adapter_model.safetensors")]
      )
    case .shelf(_, let adapters) where !adapters.isEmpty:
      (what, hints) = (
        "a folder with adapters in it, and is none itself",
        adapters.prefix(3).map { .type("load adapter \"\($0)\"") }
      )
    default: (what, hints) = ("no adapter", [])
    }
    return Diagnostic(code: .notAModelFolder, "\"\(path)\" is \(what).", hints: hints)
  }
}

extension DiagnosticCode {
  static let notAModelFolder = DiagnosticCode(
    "M107", "not a folder of a model",
    "`load model` reads a Hugging Face folder: config.json, tokenizer.json and model.safetensors. "
      + "The message says what is there instead, and which line reads it.")
}
