import Fetching
package import Language
import Reporting
package import Session

/// The command `get model smollm2`.
package struct GetModel: Command {
  package static let signature = Signature(
    "get model",
    "Fetch a pretrained model onto this machine, the only command that uses the network.",
    details: [
      "Known by name: "
        + KnownModel.all.map { "\($0.name), \($0.summary)" }.joined(separator: "; ")
        + ". It goes into FT_MODELS, or ~/.local/share/tunebook/models.",
      "\"org/name\" is a repository of the Hugging Face hub, and goes into the cache that other "
        + "programs use as well. HF_TOKEN, HF_ENDPOINT, HF_HOME, HF_HUB_CACHE and HF_HUB_OFFLINE are "
        + "those of huggingface_hub. Config, tokenizer, templates and safetensors are fetched, or one "
        + "GGUF file; nothing that could run code.",
      "Every file is checked against its hash. After Ctrl-C, or a connection that breaks, the same "
        + "line goes on where it ended.",
    ],
    patterns: ["<model:model> {revision <revision:text> | file <file:text>}"],
    slots: [
      "model": .about("a name that is known, or \"org/name\" of the hub"),
      "revision": .about("a branch, a tag or a commit; a commit gives the same files for ever"),
      "file": .about("the one to fetch where a repository has several, such as GGUF files"),
    ],
    effects: ["file", "network"], synonyms: ["fetch", "download", "pull"],
    result: [
      .init("name", "what `load model` knows it by"), .init("path", "its folder"),
      .init("revision", "the commit, or the SHA-256 of its file"),
      .init("bytes", "the bytes of its files"),
    ],
    examples: [
      "get model smollm2",
      "get model \"HuggingFaceTB/SmolLM2-135M-Instruct\" revision \"main\"",
      "get model \"org/name-GGUF\" file \"name-q4_0.gguf\"",
    ], seeAlso: ["load model"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let model: FetchedModel
    do throws(SessionError) {
      model = try session.getModel(
        call.name("model") ?? "", revision: call.text("revision"), file: call.text("file"),
        tell: session.teller())
    } catch { throw session.explained(error, call) }
    if let fallback = model.fallback {
      session.show(.note("\(fallback.message); what was fetched earlier is there."))
    }
    let size = Quantity(Double(model.byteCount), .bytes).text
    let isNew = model.fetchedByteCount > 0
    session.show(
      .report(
        .text("\(model.name): \(size) \(isNew ? "fetched into" : "in") \(model.folder)")))
    session.show(.report(.text("next: \(loading(model.name))")))
    return .record([
      "name": .string(model.name), "path": .string(model.folder),
      "revision": .string(model.revision), "bytes": .integer(model.byteCount),
    ])
  }

  /// The line that loads what was fetched.
  private static func loading(_ name: String) -> String {
    name.contains("/") ? "load model \"\(name)\"" : "load model \(name)"
  }

  /// The line that fetches a repository.
  static func line(_ repository: RepositoryName) -> String {
    "get model \"\(repository.text)\""
      + (repository.isMain ? "" : " revision \"\(repository.revision)\"")
  }
}
