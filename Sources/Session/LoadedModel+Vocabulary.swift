import Adapters
import Checkpoints
import Models
import Serialization
import Tensors
import Tokenizers

/// Tokens that a model was given since it was loaded.
package struct AddedTokens: Hashable, Sendable {
  /// Their texts, in the order of their ids.
  package let texts: [String]
  /// Their ids.
  package let ids: [Int32]
  /// How many rows each table of the model got for them; the others are in rows that it had to spare.
  package let rowCount: Int
  /// Whether an adapter that was trained with them brings them.
  package internal(set) var isOfAdapter = false
}

extension LoadedModel {
  /// The tokens that a model knows, and what of it depends on them.
  struct Vocabulary {
    fileprivate let tokenizer: Tokenizer
    fileprivate let contents: ModelContents
    fileprivate let ownContents: ModelContents
    fileprivate let size: Int
    fileprivate let newTokens: [Int]
  }

  /// What it knows now.
  var vocabulary: Vocabulary {
    Vocabulary(
      tokenizer: tokenizer, contents: contents, ownContents: ownContents,
      size: model.config.vocabularySize, newTokens: model.newTokens)
  }

  /// Goes back to what it knew; no adapter is there.
  func restore(_ vocabulary: Vocabulary) throws(ModelError) {
    guard vocabulary.newTokens != model.newTokens || vocabulary.size != model.config.vocabularySize
    else { return }
    try resize(to: vocabulary.size, newTokens: vocabulary.newTokens)
    tokenizer = vocabulary.tokenizer
    (contents, ownContents) = (vocabulary.contents, vocabulary.ownContents)
  }

  /// Its tokenizer with special tokens that it lacks.
  func tokenizer(with tokens: [String]) throws(ModelError) -> Tokenizer {
    guard !tokens.isEmpty else { return tokenizer }
    do throws(TokenizerError) { return try tokenizer.adding(specialTokens: tokens) } catch {
      throw .tokenizer(error)
    }
  }

  /// Takes over a tokenizer that has its own tokens and more, with a vector for each of these.
  ///
  /// Rows beyond the tokens that it had are used first; others are added, each the mean of those that
  /// were loaded, as a first guess that is no token's.
  ///
  /// - Parameters:
  ///   - grown: the tokenizer.
  ///   - rowCount: the rows that there have to be at least.
  ///   - beginnings: tables that rows are taken from instead, by their tensors' names.
  /// - Returns: what was added; nil when nothing was.
  /// - Throws: ``ModelError/tokensBesideAdapter(_:)``, ``ModelError/tooLarge(needed:available:)``, and
  ///   ``ModelError/checkpoint(_:)``; nothing is changed then.
  @discardableResult
  func know(
    _ grown: Tokenizer, rows rowCount: Int = 0, beginnings: [String: Tensor] = [:]
  ) throws(ModelError) -> AddedTokens? {
    guard grown.fileContents != tokenizer.fileContents, let ids = tokenizer.idsAdded(by: grown)
    else { return nil }
    let texts = ids.compactMap(grown.token)
    let before = model.config.vocabularySize
    if !ids.isEmpty || rowCount > before {
      guard shelf.entries.isEmpty else { throw .tokensBesideAdapter(texts) }
      try resize(
        to: max(before, grown.vocabularySize, rowCount),
        newTokens: model.newTokens + ids.map(Int.init), beginnings)
    }
    tokenizer = grown
    references.areOfBase = false
    ownContents.know(grown, ids, model.config)
    contents.know(grown, ids, model.config)
    return AddedTokens(texts: texts, ids: ids, rowCount: model.config.vocabularySize - before)
  }

  /// Takes over the tokens of an adapter that was trained after some were added: those of the tokenizer
  /// that lies beside it.
  ///
  /// - Returns: what was added; nil when nothing was.
  /// - Throws: as ``know(_:rows:)``.
  func know(tokensOf directory: AdapterDirectory) throws(ModelError) -> AddedTokens? {
    let tables = [model.blueprint.embedding.tokens.name, model.blueprint.head.weight.name]
    let whole = directory.tensors.filter { $0.replaced.map(tables.contains) ?? false }
    let rows =
      whole.compactMap { directory.shape($0).first }
      + directory.config.tokenRows.compactMap { $0.tokens.max().map { $0 + 1 } }
    guard shelf.entries.isEmpty, let rowCount = rows.max() else { return nil }
    let bytes: [UInt8]?
    do throws(CheckpointError) { bytes = try directory.tokenizer() } catch {
      throw .checkpoint(error)
    }
    guard let bytes else { return nil }
    let grown: Tokenizer
    do throws(TokenizerError) { grown = try Tokenizer(fileContents: bytes) } catch {
      throw .tokenizer(error)
    }
    // A number out of all proportion is for whoever reads the adapter to refuse.
    let fits = rowCount <= grown.vocabularySize + Self.paddingLimit
    guard fits else { return nil }
    var beginnings: [String: Tensor] = [:]
    do throws(CheckpointError) {
      for entry in whole where entry.role == .baseWeight {
        guard let name = entry.replaced else { continue }
        beginnings[name] = try directory.tensor(entry, on: model.device)
      }
    } catch { throw .checkpoint(error) }
    return try know(grown, rows: rowCount, beginnings: beginnings)
  }

  /// How many rows beyond its tokens a table may have, as programs make their number a round one.
  private static let paddingLimit = 4096

  private func resize(
    to count: Int, newTokens: [Int], _ beginnings: [String: Tensor] = [:]
  ) throws(ModelError) {
    let resizing: Transformer.Resizing
    do throws(CheckpointError) { resizing = try model.resizing(toVocabulary: count) } catch {
      throw .checkpoint(error)
    }
    try Self.checkMemory(needed: resizing.byteCount, on: model.device)
    do throws(CheckpointError) {
      try model.resize(
        resizing, newTokens: newTokens, meanOf: origin.vocabularySize, beginnings: beginnings
      ) {
        (name) throws(CheckpointError) in try origin.tensor(named: name, on: model.device)
      }
    } catch { throw .checkpoint(error) }
  }
}

extension ModelContents {
  /// Notes tokens that were added, where files of the model name such.
  fileprivate mutating func know(_ tokenizer: Tokenizer, _ ids: [Int32], _ config: ModelConfig) {
    adopt(tokenizer)
    self.config["vocab_size"] = .integer(config.vocabularySize)
    nameAdded(ids.map { (Int($0), tokenizer.token(of: $0) ?? "") })
  }
}
