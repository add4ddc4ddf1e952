package import Adapters
import Autograd
import CPU
import ChatTemplates
package import Checkpoints
package import Constraints
package import Datasets
import Execution
package import Generation
package import Models
package import Tensors
package import Tokenizers

/// A model with what belongs to it: tokenizer, chat template, adapter, and the way back to base.
package final class LoadedModel {
  /// What the user calls it.
  package let name: String
  /// Where it was read from; nil when it was made here.
  package let folder: String?
  /// Everything of its folder but the weights, with the chat template in use.
  package internal(set) var contents: ModelContents
  /// What computes; with another head it is another one.
  package internal(set) var model: Transformer
  /// Turns text into tokens and back.
  package internal(set) var tokenizer: Tokenizer { didSet { madeTokenTexts = nil } }
  private var madeTokenTexts: TokenTexts?
  private var template: ConversationTemplate?
  /// The contents as they were read, whatever template was chosen since, with tokens that were added.
  var ownContents: ModelContents
  /// The name of the template of ours in use; nil for the model's own.
  package private(set) var chosenTemplate: String?
  /// Its adapters, trained or loaded.
  package internal(set) var shelf = AdapterShelf()
  /// Whether training changed the model's own weights.
  var hasTrainedWeights = false
  /// How the model is asked for labels: what it was trained on last, when those were labels.
  package internal(set) var labelForm: LabelForm?
  /// What the rows of the last training are compared with.
  var references = References()
  /// What it wrote, of which it is guessed how answers go on.
  private let phrases = WrittenPhrases()
  let origin: WeightOrigin

  /// `tokenizer` is that of the contents, where it is read already.
  ///
  /// - Throws: `ModelError` when the tokenizer or template is not one, or does not fit the model.
  package init(
    name: String, folder: String? = nil, contents: ModelContents, model: Transformer,
    origin: WeightOrigin, tokenizer read: Result<Tokenizer, TokenizerError>? = nil
  ) throws(ModelError) {
    self.name = name
    self.folder = folder
    self.origin = origin
    self.model = model
    do throws(TokenizerError) {
      tokenizer = try (read ?? Self.tokenizer(contents.tokenizerFiles)).get()
    } catch { throw .tokenizer(error) }
    var contents = contents
    contents.adopt(tokenizer)
    self.contents = contents
    ownContents = contents
    let extra = tokenizer.vocabularySize - model.config.vocabularySize
    if extra > 0 {
      self.contents.notes.append(
        "the tokenizer has \(extra) tokens more than the model has vectors; a text with one of them "
          + "is refused.")
    }
    labelForm = try Self.form(contents.classifier)
    template = try Self.template(contents)
  }

  /// Another model of the same weights, with a template and adapters of its own; who computes with one
  /// of them sees to it that no other's adapter is in force.
  package convenience init(sharing other: LoadedModel) throws(ModelError) {
    try self.init(
      name: other.name, folder: other.folder, contents: other.ownContents, model: other.model,
      origin: other.origin)
  }

  private static func template(
    _ contents: ModelContents
  ) throws(ModelError) -> ConversationTemplate? {
    guard let source = contents.chatTemplate else { return nil }
    do throws(ChatTemplateError) {
      return ConversationTemplate(
        try ChatTemplate(source: source), variables: contents.specialTokens)
    } catch { throw .template(error) }
  }

  /// Writes conversations by a template of ours from now on, and is saved with it; nil goes back to
  /// the model's own.
  ///
  /// - Parameters:
  ///   - template: the template.
  ///   - addsTokens: whether tokens that it writes and the tokenizer does not have are added; they stay
  ///     when another template is used.
  /// - Returns: what was added; nil when nothing was.
  /// - Throws: ``ModelError/template(_:)``, and what adding tokens throws; nothing is changed then.
  @discardableResult
  package func use(
    _ template: BuiltInTemplate?, addingTokens addsTokens: Bool
  ) throws(ModelError) -> AddedTokens? {
    let missing = addsTokens && writes ? template?.missingTokens(tokenizer) ?? [] : []
    let grown = try tokenizer(with: missing)
    let changed = template?.contents(ownContents, grown) ?? ownContents
    let parsed = try Self.template(changed)
    let added = try know(grown)
    contents = template?.contents(ownContents, tokenizer) ?? ownContents
    self.template = parsed
    chosenTemplate = template?.name
    return added
  }

  /// The names of the model's own chat templates, where its folder has several.
  package var templateNames: [String] { ownContents.namedTemplates.map(\.name) }

  /// Reads a Hugging Face folder or GGUF file, its matrices packed in `format`; with a `cache`, as they
  /// were packed before.
  package convenience init(
    reading folder: String, name: String, base format: WeightFormat = .float32,
    on device: any Device, cache: WeightCache? = nil
  ) throws(ModelError) {
    let files = try LoadedModel.files(folder, cache: cache)
    // As much work as the weights of a small model.
    let tokenizer = Background { [contents = files.contents] in
      LoadedModel.tokenizer(contents.tokenizerFiles)
    }
    let model = try LoadedModel.read(files, as: format, on: device, cache: cache)
    try self.init(
      name: name, folder: folder, contents: files.contents, model: model,
      origin: .folder(files), tokenizer: tokenizer.wait())
  }

  private static func tokenizer(_ files: TokenizerFiles) -> Result<Tokenizer, TokenizerError> {
    do throws(TokenizerError) { return .success(try Tokenizer(files)) } catch {
      return .failure(error)
    }
  }

  /// Reads the weights of a folder where memory can hold them, packed in a format or, with nil, as
  /// tensors.
  package static func read(
    _ folder: String, as format: WeightFormat?, on device: any Device
  ) throws(ModelError) -> (files: ModelFiles, model: Transformer) {
    let files = try files(folder)
    return (files, try read(files, as: format, on: device))
  }

  private static func files(
    _ folder: String, cache: WeightCache? = nil
  ) throws(ModelError) -> ModelFiles {
    do throws(CheckpointError) { return try ModelFiles(path: folder, cache: cache) } catch {
      throw .checkpoint(error)
    }
  }

  private static func read(
    _ files: ModelFiles, as format: WeightFormat?, on device: any Device, cache: WeightCache? = nil
  ) throws(ModelError) -> Transformer {
    try checkMemory(needed: files.memoryByteCount(format ?? .float32), on: device)
    do throws(CheckpointError) {
      if let format {
        return try Transformer.open(files, packedAs: format, on: device, cache: cache)
      }
      return try Transformer(reading: files, packedAs: format, on: device)
    } catch { throw .checkpoint(error) }
  }

  /// Refuses a model that memory cannot hold, before anything is allocated for it.
  ///
  /// - Throws: ``ModelError/tooLarge(needed:available:)``, sizes in bytes.
  package static func checkMemory(
    for blueprint: Blueprint, base format: WeightFormat = .float32, on device: any Device
  ) throws(ModelError) {
    try checkMemory(needed: blueprint.memoryByteCount(format), on: device)
  }

  static func checkMemory(needed: Int, on device: any Device) throws(ModelError) {
    let available = AvailableMemory.byteCount(of: device)
    guard needed <= available else { throw .tooLarge(needed: needed, available: available) }
  }

  /// Whether it writes text: its head is for the token that comes next.
  package var writes: Bool { model.blueprint.head.task == .nextToken }

  /// What is attached: an adapter, or several as one.
  package var adapter: LowRankAdapter? { shelf.current }

  /// Whether training changed it.
  package var isTuned: Bool { adapter != nil || hasTrainedWeights }

  /// Whether it has a chat template.
  package var isChat: Bool { template != nil }

  /// What writes conversations; nil without a chat template.
  var conversationTemplate: ConversationTemplate? { template }

  /// The token that every sequence begins with, for tokenizers that add one.
  package var beginToken: Int32? { tokenizer.beginToken }

  /// What writes text with this model under these settings.
  package func generator(_ settings: Settings) -> Generator {
    Generator(
      model: model, tokenizer: tokenizer, endTokens: ends(settings).stops,
      cacheFormat: settings.cache, activations: settings.activations,
      phrases: settings.guessesAnswers ? phrases : nil)
  }

  /// What its tokens write, worked out when it is first asked for.
  package var tokenTexts: TokenTexts {
    if let madeTokenTexts { return madeTokenTexts }
    let made = TokenTexts(tokenizer, count: model.config.vocabularySize)
    madeTokenTexts = made
    return made
  }

  /// What writes answers that come and go, and keeps up to `keptBytes` of those that ended.
  package func loop(_ settings: Settings, keptBytes: Int) -> AnswerLoop {
    AnswerLoop(
      model: model, tokenizer: tokenizer, endTokens: ends(settings).stops,
      cacheFormat: settings.cache, activations: settings.activations, keptBytes: keptBytes,
      cacheBytes: max(1 << 30, AvailableMemory.byteCount(of: model.device) / 4),
      phrases: settings.guessesAnswers ? phrases : nil)
  }

  /// What turns rows into tokens for this model under these settings; `isText` says that the rows
  /// are plain text, which is split into pieces rather than refused when it is long, `labels` that
  /// they are given labels, and `areCompared` that they are texts which become vectors.
  package func encoder(
    _ settings: Settings, isText: Bool = false, labels: LabelSet? = nil, areCompared: Bool = false
  ) -> ExampleEncoder {
    var sentences = areCompared ? sentenceReading : nil
    let limit = sentences?.limit ?? model.config.maximumPositions
    let asked = settings.data.context
    let ends = ends(settings)
    var options = ExampleEncoder.Options(
      maximumLength: max(2, asked > 0 ? min(asked, limit) : limit), beginID: beginToken,
      endID: ends.trained)
    options.unknownEnd = ends.unknown
    options.endOfTurnIDs = ends.stops
    options.vocabularySize = model.config.vocabularySize
    options.trainOn = settings.data.trainedPart
    options.longRows = settings.data.longRows ?? (isText ? .split : .refuse)
    options.completionsAreChats = isChat
    options.sharesBeginnings = model.blueprint.keepsKeys
    options.answerStartID = model.blueprint.reader.map { Int32($0.startID) }
    options.labelTemplate = labelForm?.template ?? .label
    options.labels = labels
    sentences?.limit = options.maximumLength
    options.sentences = sentences
    options.threads = Parallelism.threadCount
    return ExampleEncoder(tokenizer, template: template, options: options)
  }
}
