import Foundation
package import Reporting
import Serialization

extension CheckpointError: CustomStringConvertible {
  package var description: String { message }
}

extension CheckpointError: Explained {
  package var diagnostic: Diagnostic {
    switch self {
    case .fileSystem(let operation, let path, let code):
      Diagnostic(
        code: operation == .open ? .noSuchModel : .writingFailed,
        "cannot \(operation.rawValue) \(shown(path)): \(Self.explanation(of: code))")
    case .missingFile(let name, let folder):
      Diagnostic(code: .noSuchModel, "\(shown(folder)) has no \(shown(name))")
    case .notAFile(let path):
      Diagnostic(code: .noSuchModel, "\(shown(path)) is a folder or a device, not a file")
    case .fileTooLarge(let path, let byteCount, let limit):
      unreadable("\(shown(path)) is \(byteCount) bytes; at most \(limit) are read of such a file")
    case .fileEnds(let path, let end, let needed, let tensor):
      unreadable(
        "\(shown(path)) ends at byte \(end); "
          + (tensor.map { "tensor `\(shown($0))`" } ?? "its header")
          + " needs \(needed): is the file cut off?")
    case .filePointer(let path):
      Diagnostic(
        code: .filePointer,
        "\(shown(path)) is a pointer that git-lfs left in the place of the file, which was not fetched",
        hints: [
          .help(
            "in the shell: `cd \(parentFolder(of: path)) && git lfs pull`; then load it again")
        ])
    case .notUTF8(let path):
      unreadable("\(shown(path)) is not UTF-8 text")
    case .damaged(let path, let hash, let expected):
      unreadable(
        "\(shown(path)) is damaged: its SHA-256 is \(hash.prefix(8))…, it was written with "
          + "\(shown(String(expected.prefix(8))))…")
    case .changed(let path):
      unreadable("\(shown(path)) was changed since it was loaded")
    case .pickleCheckpoint(let folder, let file):
      Diagnostic(
        code: .noSafetensors,
        "\(shown(folder)) holds a pickle checkpoint (\(shown(file))), which could run code; "
          + "convert to safetensors first",
        hints: [Self.conversion(of: folder, file)])
    case .noWeights(let folder):
      Diagnostic(
        code: .noSafetensors,
        "\(shown(folder)) has neither model.safetensors nor model.safetensors.index.json")
    case .foreignWeights(let folder, let file):
      Diagnostic(
        code: .noSafetensors,
        "\(shown(folder)) has no safetensors, only \(ForeignFormat(of: file)?.about ?? "weights") "
          + "(\(shown(file)))",
        hints: [
          ForeignFormat(of: file) == .gguf
            ? .type("load model \"\(folder)/\(file)\"")
            : .help("take the folder of the original model, with model.safetensors")
        ])
    case .severalWeights(let folder, let files):
      Diagnostic(
        code: .noSafetensors,
        "\(shown(folder)) has several files of weights and no model.safetensors: "
          + files.prefix(4).map(shown).joined(separator: ", "),
        hints: files.prefix(2).map { .type("load model \"\(folder)/\($0)\"") })
    case .danglingLink(let path):
      Diagnostic(
        code: .noSuchModel,
        "\(shown(path)) is a link to a file that is not there: was the download interrupted?",
        hints: [.help("fetch the model again; what is there already is not fetched twice")])
    case .notAModelFolder(let path, let found):
      Diagnostic(
        code: .otherContents,
        "\(shown(path)) holds other things, such as \(shown(found)): "
          + "give a new or empty folder")
    case .shardedModelThere(let path):
      Diagnostic(
        code: .otherContents,
        "\(shown(path)) holds a model in several shards, which would be mixed up with the new "
          + "one: give a new or empty folder")
    case .notForLlamaCpp(let reason):
      Diagnostic(
        code: .notForLlamaCpp, "this model cannot be a GGUF file: \(reason)",
        hints: [.type("save model \"out/model\"", remark: "a Hugging Face folder")])
    case .mixedFolder(let path, let file, let reason, let manifest):
      Diagnostic(
        code: .mixedSaves,
        "\(shown(path)) holds files of different saves: by \(manifest), \(shown(file)) \(reason)",
        hints: [
          .help(
            "save it again; or, if you changed the file yourself, remove \(path)/\(manifest)")
        ])
    case .unsafeFileName(let name, let index, let reason):
      unreadable("\(shown(index)) names the file `\(shown(name))`, which \(reason)")
    case .json(let path, let error):
      unreadable("\(shown(path)), \(error)")
    case .setting(let path, let key, let value, let allowed):
      unreadable("\(shown(path)): `\(shown(key))` is \(shown(value)); allowed: \(allowed)")
    case .missingSetting(let path, let key):
      unreadable("\(shown(path)) does not say `\(shown(key))`")
    case .unknownModelType(let path, let found, let known):
      Diagnostic(
        code: .unsupportedModel,
        "\(shown(path)): model_type `\(shown(found))` is not known here; known: "
          + known.joined(separator: ", "))
    case .unsupported(let path, let key, let value, let reason):
      Diagnostic(
        code: .unsupportedModel,
        "\(shown(path)): `\(shown(key))` is \(shown(value)): \(reason)")
    case .unsupportedAdapter(let path, let key, let value, let reason, let remedy):
      Diagnostic(
        code: .unsupportedModel,
        "\(shown(path)): `\(shown(key))` is \(shown(value)): \(reason)",
        hints: [Self.hint(remedy, folder: parentFolder(of: path))])
    case .headerTooLong(let path, let length, let limit):
      unreadable("\(shown(path)): the header should take \(length) bytes; at most \(limit) can")
    case .headerOfTooManyKeys(let path, let limit):
      unreadable("\(shown(path)): the header has more than \(limit) keys, more than any model has")
    case .badHeader(let path, let reason):
      unreadable("\(shown(path)): \(reason)")
    case .badTensor(let path, let tensor, let fault):
      unreadable("\(shown(path)): tensor `\(shown(tensor))` \(fault.message)")
    case .bytesWithoutTensor(let path, let range):
      unreadable(
        "\(shown(path)): the data bytes \(range.lowerBound) to \(range.upperBound) "
          + "belong to no tensor")
    case .unusedTensors(let path, let names):
      unreadable(
        "\(shown(path)) has \(names.count) tensors that its config.json has no place for, such as "
          + "`\(shown(names.first ?? ""))`")
    case .gguf(let path, let fault): fault.diagnostic(path: path)
    case .missingTensor(let name, let path):
      unreadable("\(shown(path)) has no tensor `\(shown(name))`")
    case .wrongShape(let tensor, let path, let found, let expected):
      unreadable(
        "\(shown(path)): tensor `\(shown(tensor))` has shape \(found) instead of \(expected)")
    case .unsupportedType(let tensor, let path, let type):
      unreadable(
        "\(shown(path)): tensor `\(shown(tensor))` is \(type); only F32, BF16 and F16 are read")
    case .tensorTwice(let name, let first, let second):
      unreadable("tensor `\(shown(name))` is in \(shown(first)) and in \(shown(second))")
    case .missingShard(let name, let index):
      unreadable("\(shown(index)) names the shard `\(shown(name))`, which is not there")
    case .tensorTooLarge(let tensor, let byteCount, let memory):
      unreadable(
        "tensor `\(shown(tensor))` takes \(byteCount) bytes as float32; the machine has \(memory)")
    case .valueTooLarge(let tensor, let value, let type):
      unreadable(
        "tensor `\(shown(tensor))` holds \(value), beyond what \(type) can: write bfloat16")
    case .notFinite(let tensor, let path, let index, let value):
      Diagnostic(
        code: .weightIsNoNumber,
        "\(shown(path)): tensor `\(shown(tensor))` holds \(value) at \(index): weights are numbers",
        hints: [
          .help("fetch the file again, or take one from before the training diverged")
        ])
    case .unwritable(let tensor, let index, let value):
      Diagnostic(
        code: .notANumber,
        "tensor `\(shown(tensor))` holds \(value) at \(index): nothing was written",
        hints: [
          .type("reset", remark: "back to the model as loaded; then train with a smaller rate")
        ])
    case .notQuantisable(let tensor, let format):
      unreadable(
        "tensor `\(shown(tensor))` has weights that are infinite or not numbers, which \(format) "
          + "cannot hold")
    case .unpairedAdapter(let module, let path, let missing):
      unreadable("\(shown(path)): module `\(shown(module))` has no fitting \(missing)")
    }
  }

  private func unreadable(_ message: String) -> Diagnostic {
    Diagnostic(code: .damagedFile, message)
  }

  /// What becomes of an adapter that is not read here.
  private static func hint(_ remedy: AdapterRemedy, folder: String) -> Diagnostic.Hint {
    switch remedy {
    case .merge:
      .help(
        "in Python: peft.PeftModel.from_pretrained(base, \"\(folder)\").merge_and_unload()"
          + ".save_pretrained(\"merged\"), and the tokenizer in the same way; then "
          + "`load model \"merged\"`")
    case .trainAnother:
      .type("train 3 epochs", remark: "trains an adapter that changes weights, on the same rows")
    }
  }

  /// How a pickle checkpoint becomes one that can be read.
  private static func conversion(of folder: String, _ file: String) -> Diagnostic.Hint {
    let (python, line) =
      file.hasPrefix("adapter")
      ? ("peft.PeftModel.from_pretrained(base, \"\(folder)\")", "load adapter")
      : ("transformers.AutoModelForCausalLM.from_pretrained(\"\(folder)\")", "load model")
    return .help(
      "in Python: \(python).save_pretrained(\"new-folder\"), and the tokenizer in the same way; "
        + "then `\(line) \"new-folder\"`")
  }

  private static func explanation(of code: Int32) -> String {
    let name =
      switch code {
      case ENOENT: "there is no such file or folder"
      case ENOSPC, EDQUOT: "the disk is full"
      case EACCES, EPERM: "permission is missing"
      case EROFS: "the disk can only be read"
      case ENOTDIR: "a part of the path is a file, not a folder"
      case EISDIR: "it is a folder"
      case EMFILE, ENFILE: "too many files are open"
      case EFBIG: "it would be larger than files may be here (`ulimit -f`)"
      case EIO: "the disk failed"
      default: String(cString: strerror(code))
      }
    return "\(name) (errno \(code))"
  }
}

/// `text` for a message: control characters escaped, and cut to a bearable length.
package func shown(_ text: String) -> String {
  let cut = text.unicodeScalars.prefix(200)
  let escaped = cut.map { scalar in
    scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
      ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
  }
  return escaped.joined() + (text.unicodeScalars.count > cut.count ? "…" : "")
}
