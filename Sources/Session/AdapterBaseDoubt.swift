import Checkpoints
import Foundation
import Models
import Serialization

/// Why an adapter may have been trained on another base than the model it was attached to.
package enum AdapterBaseDoubt: Hashable, Sendable {
  /// The SHA-256 of the weights it was trained on, and of the model's.
  case otherBytes(adapter: String, model: String)
  /// What the adapter's file calls its base, and what the model is called.
  case otherName(adapter: String, model: String)
  /// The commits of both.
  case otherRevision(adapter: String, model: String)
  /// It was trained beside a base in fewer bits, of this name.
  case fewerBits(String)

  /// Looks for a reason to doubt; nil when there is none.
  init?(_ directory: AdapterDirectory, beside model: LoadedModel) {
    if let adapter = directory.baseHash, let own = model.baseHash {
      guard adapter != own else { return nil }
      self = .otherBytes(adapter: adapter, model: own)
      return
    }
    guard let base = directory.config.baseModel, !base.isEmpty else { return nil }
    let name = BaseName(base)
    let stated = model.contents.config["_name_or_path"]?.string
    let names = [model.name, model.folder, stated].compactMap { $0.map { BaseName($0).plain } }
    if !names.contains(name.plain) {
      self = .otherName(adapter: base, model: model.name)
    } else if name.isOfFewerBits, !BaseName(model.name).isOfFewerBits {
      self = .fewerBits(base)
    } else if let revision = directory.config.revision, let commit = model.commit,
      BaseName.isCommit(revision), !commit.hasPrefix(revision)
    {
      self = .otherRevision(adapter: revision, model: commit)
    } else {
      return nil
    }
  }
}

/// The name of a base, as adapters and models give it: a path, or an owner and a name.
private struct BaseName {
  /// The last part in small letters, without what says in how many bits it is.
  let plain: String
  /// Whether the name says that it is in fewer bits.
  let isOfFewerBits: Bool

  /// The endings that say so; the longest that fits is taken off.
  private static let endings = [
    "-unsloth-bnb-4bit", "-bnb-4bit", "-bnb-8bit", "-4bit", "-8bit", "-gptq", "-awq", "-int4",
    "-int8",
  ]

  init(_ text: String) {
    let last = text.split(separator: "/").last.map { $0.lowercased() } ?? ""
    let ending = Self.endings.first(where: last.hasSuffix)
    plain = String(last.dropLast(ending?.count ?? 0))
    isOfFewerBits = ending != nil
  }

  static func isCommit(_ text: String) -> Bool { text.count >= 7 && text.allSatisfy(\.isHexDigit) }
}

extension LoadedModel {
  /// The commit that the folder is of, in the cache of the hub.
  fileprivate var commit: String? {
    folder.flatMap(CachedRepository.commit(ofSnapshot:))
  }

  /// The SHA-256 of the base's weights: of its one file, or what `sha256sum *.safetensors | sha256sum`
  /// gives in the folder; nil where training changed them, or they were never in a file.
  package var baseHash: String? {
    guard !hasTrainedWeights, let folder else { return nil }
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
      .filter { $0.hasSuffix(".safetensors") || $0.hasSuffix(".gguf") }.sorted()
    let hashes = names.compactMap { try? ContentHash.ofFile(at: folder + "/" + $0) }
    guard !names.isEmpty, hashes.count == names.count else { return nil }
    if names.count == 1 { return hashes[0] }
    return ContentHash.of(Array(zip(hashes, names).map { "\($0)  \($1)\n" }.joined().utf8))
  }
}
