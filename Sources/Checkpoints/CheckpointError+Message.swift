import Foundation
import Serialization

extension CheckpointError: CustomStringConvertible {
  package var description: String { message }

  /// What was found and what was wanted, as a sentence naming file, tensor and numbers.
  package var message: String {
    switch self {
    case .fileSystem(let operation, let path, let code):
      "cannot \(operation.rawValue) \(shown(path)): \(Self.explanation(of: code))"
    case .missingFile(let name, let folder): "\(shown(folder)) has no \(shown(name))"
    case .notAFile(let path): "\(shown(path)) is a folder or a device, not a file"
    case .fileTooLarge(let path, let byteCount, let limit):
      "\(shown(path)) is \(byteCount) bytes; at most \(limit) are read of such a file"
    case .fileEnds(let path, let end, let needed, let tensor):
      "\(shown(path)) ends at byte \(end); "
        + (tensor.map { "tensor `\(shown($0))`" } ?? "its header")
        + " needs \(needed): is the file cut off?"
    case .filePointer(let path):
      "\(shown(path)) is a pointer that git-lfs left in the place of the file, which was not fetched"
    case .notUTF8(let path): "\(shown(path)) is not UTF-8 text"
    case .damaged(let path, let hash, let expected):
      "\(shown(path)) is damaged: its SHA-256 is \(hash.prefix(8))…, it was written with "
        + "\(shown(String(expected.prefix(8))))…"
    case .changed(let path): "\(shown(path)) was changed since it was loaded"
    case .pickleCheckpoint(let folder, let file):
      "\(shown(folder)) holds a pickle checkpoint (\(shown(file))), which could run code; "
        + "convert to safetensors first"
    case .noWeights(let folder):
      "\(shown(folder)) has neither model.safetensors nor model.safetensors.index.json"
    case .notAModelFolder(let path, let found):
      "\(shown(path)) holds other things, such as \(shown(found)): "
        + "give a new or empty folder"
    case .shardedModelThere(let path):
      "\(shown(path)) holds a model in several shards, which would be mixed up with the new "
        + "one: give a new or empty folder"
    case .mixedFolder(let path, let file, let reason, let manifest):
      "\(shown(path)) holds files of different saves: by \(manifest), \(shown(file)) \(reason)"
    case .unsafeFileName(let name, let index, let reason):
      "\(shown(index)) names the file `\(shown(name))`, which \(reason)"
    case .json(let path, let error): "\(shown(path)), \(error)"
    case .setting(let path, let key, let value, let allowed):
      "\(shown(path)): `\(shown(key))` is \(shown(value)); allowed: \(allowed)"
    case .missingSetting(let path, let key): "\(shown(path)) does not say `\(shown(key))`"
    case .unknownModelType(let path, let found, let known):
      "\(shown(path)): model_type `\(shown(found))` is not known here; known: "
        + known.joined(separator: ", ")
    case .unsupported(let path, let key, let value, let reason):
      "\(shown(path)): `\(shown(key))` is \(shown(value)): \(reason)"
    default: tensorMessage
    }
  }

  private var tensorMessage: String {
    switch self {
    case .headerTooLong(let path, let length, let limit):
      "\(shown(path)): the header should take \(length) bytes; at most \(limit) can"
    case .headerOfTooManyKeys(let path, let limit):
      "\(shown(path)): the header has more than \(limit) keys, more than any model has"
    case .badHeader(let path, let reason): "\(shown(path)): \(reason)"
    case .badTensor(let path, let tensor, let fault):
      "\(shown(path)): tensor `\(shown(tensor))` \(fault.message)"
    case .bytesWithoutTensor(let path, let range):
      "\(shown(path)): the data bytes \(range.lowerBound) to \(range.upperBound) "
        + "belong to no tensor"
    case .unusedTensors(let path, let names):
      "\(shown(path)) has \(names.count) tensors that its config.json has no place for, such as "
        + "`\(shown(names.first ?? ""))`"
    case .missingTensor(let name, let path): "\(shown(path)) has no tensor `\(shown(name))`"
    case .wrongShape(let tensor, let path, let found, let expected):
      "\(shown(path)): tensor `\(shown(tensor))` has shape \(found) instead of \(expected)"
    case .unsupportedType(let tensor, let path, let type):
      "\(shown(path)): tensor `\(shown(tensor))` is \(type); only F32, BF16 and F16 are read"
    case .tensorTwice(let name, let first, let second):
      "tensor `\(shown(name))` is in \(shown(first)) and in \(shown(second))"
    case .missingShard(let name, let index):
      "\(shown(index)) names the shard `\(shown(name))`, which is not there"
    case .tensorTooLarge(let tensor, let byteCount, let memory):
      "tensor `\(shown(tensor))` takes \(byteCount) bytes as float32; the machine has \(memory)"
    case .valueTooLarge(let tensor, let value, let type):
      "tensor `\(shown(tensor))` holds \(value), beyond what \(type) can: write bfloat16"
    case .notFinite(let tensor, let path, let index, let value):
      "\(shown(path)): tensor `\(shown(tensor))` holds \(value) at \(index): weights are numbers"
    case .unwritable(let tensor, let index, let value):
      "tensor `\(shown(tensor))` holds \(value) at \(index): nothing was written"
    case .notQuantisable(let tensor, let format):
      "tensor `\(shown(tensor))` has weights that are infinite or not numbers, which \(format) "
        + "cannot hold"
    case .unpairedAdapter(let module, let path, let missing):
      "\(shown(path)): module `\(shown(module))` has no fitting \(missing)"
    default: ""
    }
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

extension TensorFault {
  /// The rest of a sentence that begins with the tensor's name.
  var message: String {
    switch self {
    case .badName(let reason): "has a name that \(reason)"
    case .notAnObject(let found): "is described by \(found) instead of an object"
    case .unknownField(let field): "has an unknown field `\(shown(field))`"
    case .missingField(let field): "has no `\(field)`"
    case .unknownType(let type): "has the unknown dtype \(shown(type))"
    case .badShape(let text): "has the shape \(shown(text)) instead of whole numbers of 0 or more"
    case .shapeTooLarge(let shape):
      "has the shape \(shape), whose byte count exceeds 64 bits or is not whole"
    case .badOffsets(let text):
      "has the data_offsets \(shown(text)) instead of two whole numbers, begin and end"
    case .pastEnd(let end, let count): "ends at byte \(end) of the data, which has \(count)"
    case .wrongByteCount(let type, let shape, let expected, let found):
      "of dtype \(type) and shape \(shape) needs \(expected) bytes but has \(found)"
    case .overlaps(let other, let begin, let otherEnd):
      "begins at byte \(begin) of the data, inside `\(shown(other))`, which ends at \(otherEnd)"
    case .hole(let begin, let previousEnd):
      "begins at byte \(begin) of the data, but what is before it ends at \(previousEnd)"
    }
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
