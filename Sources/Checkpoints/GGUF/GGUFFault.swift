import Reporting

/// What is wrong with a GGUF file, or keeps it from being read here.
package enum GGUFFault: Hashable, Sendable {
  /// It begins with other bytes.
  case notGGUF(found: [UInt8])
  case bigEndian
  case version(UInt32)
  /// More things than the file has bytes for.
  case count(of: String, UInt64)
  case headerTooLong(limit: Int)
  /// Something before the tensors' data; `offset` is where.
  case badHeader(offset: Int, reason: String)
  case badSetting(key: String, reason: String)
  case badTensor(name: String, reason: String)
  /// The type of a tensor has a number that is not known.
  case unknownType(tensor: String, number: UInt32)
  /// The type is known, and its numbers are not read here.
  case unreadableType(tensor: String, type: String)
  case missingSetting(key: String)
  /// A setting that is not read, and that may change what the model computes.
  case unreadSetting(key: String)
  case unknownArchitecture(String, known: [String])
  /// Not a model, but an adapter or something else, as `general.type` says.
  case notAModel(type: String)
  case unknownTokenizer(key: String, String, known: [String])
  /// A part of a file in several is not there, or is another file's.
  case badPart(name: String, reason: String)
}

extension GGUFFault {
  /// The rest of a sentence that begins with the file's name, and what to type.
  func diagnostic(path: String) -> Diagnostic {
    Diagnostic(code: code, "\(shown(path))\(message)", hints: hint(path).map { [$0] } ?? [])
  }

  private var code: DiagnosticCode {
    switch self {
    case .bigEndian, .version, .unreadableType, .unknownType, .unknownArchitecture, .notAModel,
      .unknownTokenizer, .unreadSetting:
      .unsupportedModel
    default: .damagedFile
    }
  }

  private var message: String {
    switch self {
    case .notGGUF(let found):
      " is no GGUF file: it begins with `\(shown(String(decoding: found, as: UTF8.self)))` instead "
        + "of `GGUF`"
    case .bigEndian: " is a GGUF file for big-endian machines; little-endian ones are read"
    case .version(let version): " is GGUF version \(version); versions 2 and 3 are read"
    case .count(let things, let count):
      ": the header should list \(count) \(things), more than the file has bytes for"
    case .headerTooLong(let limit): ": what precedes the tensors is longer than \(limit) bytes"
    case .badHeader(let offset, let reason): ": at byte \(offset), \(reason)"
    case .badSetting(let key, let reason): ": setting `\(shown(key))` \(reason)"
    case .badTensor(let name, let reason): ": tensor `\(shown(name))` \(reason)"
    case .unknownType(let tensor, let number):
      ": tensor `\(shown(tensor))` is of type \(number), which is not known here"
    case .unreadableType(let tensor, let type):
      ": tensor `\(shown(tensor))` is \(type), which is not read here; read are "
        + GGUFTensorType.readable.map(\.name).joined(separator: ", ")
    case .unreadSetting(let key):
      ": setting `\(shown(key))` is not read here, and may change what the model computes"
    case .missingSetting(let key): " has no setting `\(shown(key))`"
    case .unknownArchitecture(let name, let known):
      ": general.architecture `\(shown(name))` is not known here; known: "
        + known.joined(separator: ", ")
    case .notAModel(let type): " holds no model: its general.type is `\(shown(type))`"
    case .unknownTokenizer(let key, let name, let known):
      ": \(key) `\(shown(name))` is not known here; known: " + known.joined(separator: ", ")
    case .badPart(let name, let reason): " is one of several parts: \(shown(name)) \(reason)"
    }
  }

  private func hint(_ path: String) -> Diagnostic.Hint? {
    switch self {
    case .bigEndian: .help("in the shell: gguf-convert-endian \"\(path)\" little")
    case .version:
      .help("convert the model again: convert_hf_to_gguf.py path/to/folder --outfile new.gguf")
    case .unreadableType, .unknownType:
      .help("in the shell: llama-quantize --allow-requantize \"\(path)\" new.gguf Q8_0")
    case .unknownArchitecture, .unknownTokenizer, .unreadSetting:
      .type("load model \"path/to/folder\"", remark: "the Hugging Face folder it was made from")
    case .notAModel(let type):
      type == "adapter"
        ? .type("load adapter \"path/to/folder\"", remark: "the PEFT folder it was made from") : nil
    case .badPart: .help("fetch all parts into one folder, and load the first of them")
    case .notGGUF, .count, .headerTooLong, .badHeader, .badSetting, .badTensor, .missingSetting:
      .help("fetch the file again; `sha256sum \"\(path)\"` in the shell tells whether it is whole")
    }
  }
}
