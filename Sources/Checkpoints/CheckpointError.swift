package import Serialization

/// Why a model, an adapter or one of their files could not be read or written.
package enum CheckpointError: Error, Hashable, Sendable {
  // Files and folders
  case fileSystem(FileOperation, path: String, errno: Int32)
  case missingFile(name: String, folder: String)
  case notAFile(path: String)
  case fileTooLarge(path: String, byteCount: Int, limit: Int)
  /// Reading stopped at `end` where bytes up to `needed` were due: the file is cut off.
  case fileEnds(path: String, end: Int, needed: Int, tensor: String?)
  case notUTF8(path: String)
  /// What git-lfs leaves in the place of a large file that was not fetched.
  case filePointer(path: String)
  /// The contents are not those that were written: their SHA-256 is another.
  case damaged(path: String, hash: String, expected: String)
  /// The file was written to since it was opened.
  case changed(path: String)
  case pickleCheckpoint(folder: String, file: String)
  case noWeights(folder: String)
  /// The folder has weights for another program only.
  case foreignWeights(folder: String, file: String)
  /// The folder has several files that may be its weights, none under the usual name.
  case severalWeights(folder: String, files: [String])
  /// A link whose file is not there, as an unfinished download leaves them.
  case danglingLink(path: String)
  case notAModelFolder(path: String, found: String)
  case shardedModelThere(path: String)
  /// llama.cpp has no such model, or would compute something else.
  case notForLlamaCpp(reason: String)
  /// A file is not the one that was saved with the others.
  case mixedFolder(path: String, file: String, reason: String, manifest: String)
  case unsafeFileName(name: String, index: String, reason: String)

  // JSON
  case json(path: String, JSONError)
  case setting(path: String, key: String, value: String, allowed: String)
  case missingSetting(path: String, key: String)
  case unknownModelType(path: String, found: String, known: [String])
  case unsupported(path: String, key: String, value: String, reason: String)
  /// An adapter does something that is not supported; `remedy` says what becomes of it.
  case unsupportedAdapter(
    path: String, key: String, value: String, reason: String, remedy: AdapterRemedy)

  // Safetensors
  case headerTooLong(path: String, length: UInt64, limit: Int)
  case headerOfTooManyKeys(path: String, limit: Int)
  case badHeader(path: String, reason: String)
  case badTensor(path: String, tensor: String, fault: TensorFault)
  case bytesWithoutTensor(path: String, range: Range<Int>)

  // GGUF
  case gguf(path: String, GGUFFault)

  // Tensors
  case missingTensor(name: String, path: String)
  /// The model, as its config has it, takes none of these.
  case unusedTensors(path: String, names: [String])
  case wrongShape(tensor: String, path: String, found: [Int], expected: [Int])
  case unsupportedType(tensor: String, path: String, type: String)
  case tensorTwice(name: String, first: String, second: String)
  case missingShard(name: String, index: String)
  case tensorTooLarge(tensor: String, byteCount: Int, memory: Int)
  case valueTooLarge(tensor: String, value: Float, type: String)
  /// A weight in a file is NaN or infinite; `index` has a number for each dimension.
  case notFinite(tensor: String, path: String, index: [Int], value: Float)
  /// A weight to be written is NaN or infinite.
  case unwritable(tensor: String, index: [Int], value: Float)
  /// A weight is not finite, or too large, for a format of small integers.
  case notQuantisable(tensor: String, format: String)
  case unpairedAdapter(module: String, path: String, missing: String)
}

/// What was being done to a file when the system said no.
package enum FileOperation: String, Hashable, Sendable {
  case open = "open"
  case read = "read"
  case create = "create"
  case write = "write"
  case flush = "flush to disk"
  case rename = "rename"
}
