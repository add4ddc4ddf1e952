import Adapters
import Checkpoints
package import Datasets
import Models
import Tensors
import Training

/// Loading a model or an adapter, and going back to base.
extension Session {
  /// Loads a pretrained model: a bundled one by its name, a Hugging Face folder, or a GGUF file.
  ///
  /// Of an adapter's folder its base is loaded, where that is on this machine, and then the adapter.
  ///
  /// - Throws: ``SessionError/notAModel(_:path:)``, ``SessionError/model(_:)``, and what
  ///   ``useTemplate(of:for:tell:)`` throws.
  package func loadModel(
    _ asked: String, tell: (VerbEvent) -> Void = { _ in }
  ) throws(SessionError) -> LoadedModel {
    if let adapter = ModelPlace.adapterFolder(at: asked) {
      guard let base = resources.base(ofAdapter: adapter) else {
        throw .notAModel(ModelPlace(at: adapter), path: adapter)
      }
      let loaded = try loadModel(base, tell: tell)
      _ = try loadAdapter(inFolder: adapter, tell: tell)
      return loaded
    }
    var folder = try resources.folder(ofModel: asked)
    var name = folder.split(separator: "/").last.map(String.init) ?? folder
    if let fetched = resources.fetchedModel(named: asked), fetched.folder == folder {
      name = fetched.name
    } else if case .cached(let snapshot, let cached) = ModelPlace(at: folder) {
      (folder, name) = (snapshot, cached)
    } else {
      name = ModelPlace.name(of: folder)
    }
    let device = try chosenDevice()
    let loaded: LoadedModel
    do throws(ModelError) {
      loaded = try LoadedModel(
        reading: folder, name: name, base: settings.training.base, on: device,
        cache: resources.weightCache)
    } catch { throw .model(error) }
    try useTemplate(of: settings, for: loaded, tell: tell)
    model = loaded
    lastRun = nil
    note(InputFile(kind: "model", name: asked, path: folder))
    return loaded
  }

  /// Has a model write conversations as settings say; a change is told.
  ///
  /// - Throws: ``SessionError/unknownTemplate(_:own:model:)``,
  ///   ``SessionError/templateFile(path:)``.
  package func useTemplate(
    of settings: Settings, for model: LoadedModel, tell: (VerbEvent) -> Void = { _ in }
  ) throws(SessionError) {
    let name = settings.data.template
    let template = name.flatMap { BuiltInTemplate.named($0, of: model) }
    if template == nil, let name {
      guard !BuiltInTemplate.isFile(name) else { throw .templateFile(path: name) }
      throw .unknownTemplate(name, own: model.templateNames, model: model.name)
    }
    let missing = template?.missingTokens(model.tokenizer) ?? []
    let mayGrow = settings.data.addsTokens && !missing.isEmpty
    guard template?.name != model.chosenTemplate || mayGrow else { return }
    let added: AddedTokens?
    do throws(ModelError) {
      added = try model.use(template, addingTokens: settings.data.addsTokens)
    } catch { throw .model(error) }
    tell(.template(template, missing: added == nil ? missing : [], model: model.name))
    if let added { tell(.addedTokens(added, model: model.name)) }
  }

  /// Attaches the adapter of a folder, of PEFT or MLX, to the model; under a name of its own others
  /// may be there, which go out of force.
  ///
  /// - Throws: ``SessionError/hasAdapter(folder:)``, ``SessionError/nameTaken(_:)``, ``SessionError/notAnAdapter(_:path:)``,
  ///   ``SessionError/file(_:)``, ``SessionError/adapter(_:)``.
  package func loadAdapter(
    inFolder folder: String, as asked: String? = nil, otherwise name: String = "adapter",
    tell: (VerbEvent) -> Void = { _ in }
  ) throws(SessionError) -> LoadedAdapter {
    let model = try loadedModel()
    guard model.adapter == nil || asked != nil else { throw .hasAdapter(folder: folder) }
    if let asked, model.shelf.adapter(named: asked) != nil { throw .nameTaken(asked) }
    let folder = ModelPlace.adapterFolder(at: folder) ?? folder
    let place = ModelPlace(at: folder)
    guard place.mayBeAdapter else { throw .notAnAdapter(place, path: folder) }
    let directory: AdapterDirectory
    do throws(CheckpointError) { directory = try AdapterDirectory(path: folder) } catch {
      throw .file(error)
    }
    let form: LabelForm?
    do throws(ModelError) { form = try LoadedModel.form(directory.classifier) } catch {
      throw .model(error)
    }
    let name = asked ?? model.shelf.freeName(name)
    let vocabulary = model.vocabulary
    let added: AddedTokens?
    do throws(ModelError) { added = try model.know(tokensOf: directory) } catch {
      throw .model(error)
    }
    let head = model.head
    do throws(ModelError) { _ = try model.give(headOf: directory) } catch { throw .model(error) }
    do throws(AdapterError) { try model.attach(directory, as: name) } catch {
      model.restore(head)
      do throws(ModelError) { try model.restore(vocabulary) } catch { throw .model(error) }
      throw .adapter(error)
    }
    if var added {
      added.isOfAdapter = true
      tell(.addedTokens(added, model: model.name))
    }
    if let doubt = AdapterBaseDoubt(directory, beside: model) { tell(.adapterBase(doubt)) }
    useTemplate(of: directory, for: model, tell)
    model.adopt(form)
    note(InputFile(kind: "adapter", name: folder, path: folder))
    return LoadedAdapter(name: name, shelf: model.shelf, form: form)
  }

  /// Puts adapters in force, each with its weight, in the place of those that are.
  ///
  /// - Throws: ``SessionError/noAdapter``, ``SessionError/unknownAdapter(_:known:)``,
  ///   ``SessionError/adapter(_:)``.
  package func useAdapters(_ shares: [AdapterShelf.Share]) throws(SessionError) -> AdapterShelf {
    let model = try loadedModel()
    let known = model.shelf.entries.map(\.name)
    guard !known.isEmpty else { throw .noAdapter }
    if let unknown = shares.first(where: { !known.contains($0.name) }) {
      throw .unknownAdapter(unknown.name, known: known)
    }
    do throws(AdapterError) { try model.use(shares) } catch { throw .adapter(error) }
    return model.shelf
  }

  /// Takes over the chat template that an adapter was trained with, by a model that has none; of
  /// another one than the model's own it is told.
  private func useTemplate(
    of directory: AdapterDirectory, for model: LoadedModel, _ tell: (VerbEvent) -> Void
  ) {
    guard let source = directory.chatTemplate, source != model.contents.chatTemplate else { return }
    guard model.contents.chatTemplate == nil else { return tell(.adapterTemplate(.notUsed)) }
    do throws(ModelError) {
      try model.use(.init(source, for: model), addingTokens: false)
      tell(.adapterTemplate(.used(model: model.name)))
    } catch { tell(.adapterTemplate(.unreadable(error))) }
  }

  /// Goes back to the model as it was loaded.
  ///
  /// - Returns: whether training or an adapter had changed it.
  package func reset() throws(SessionError) -> Bool {
    let model = try loadedModel()
    let wasTuned = model.isTuned
    do throws(ModelError) { try model.reset() } catch { throw .model(error) }
    return wasTuned
  }
}

/// An adapter that was loaded.
package struct LoadedAdapter {
  /// What it is called.
  package let name: String
  /// The model's adapters, this one in force.
  package let shelf: AdapterShelf
  /// How the model is asked for labels with it; nil when it learned none.
  package let form: LabelForm?
}

/// What became of the chat template in an adapter's folder.
package enum AdapterTemplate: Sendable {
  /// The model had none, and uses it.
  case used(model: String)
  /// The model has another one of its own.
  case notUsed
  /// It is no template.
  case unreadable(ModelError)
}

extension Resources {
  /// The folder of a model: a bundled one by its name, or the path of one or of a GGUF file.
  ///
  /// - Throws: ``SessionError/notAModel(_:path:)``.
  package func folder(ofModel asked: String) throws(SessionError) -> String {
    ModelDirectory.settle(asked)
    let isFolder = fileExists(asked + "/config.json")
    if let bundled = model(named: asked), !isFolder { return bundled }
    if let fetched = fetchedModel(named: asked), !fileExists(asked) { return fetched.folder }
    switch ModelPlace(at: asked) {
    case .model, .cached, .gguf: return asked
    case .tensors(let folder) where fileExists(folder + "/config.json"): return asked
    case let place: throw .notAModel(place, path: asked)
    }
  }
}

extension Resources {
  /// What `load model` loads the base of an adapter by; nil when it is not on this machine, or the
  /// folder does not say.
  package func base(ofAdapter folder: String) -> String? {
    guard case .adapter(let stated) = ModelPlace(at: folder), let base = stated, !base.isEmpty
    else {
      return nil
    }
    if !base.contains("/"), model(named: base) != nil { return base }
    if fetchedModel(named: base) != nil { return base }
    return [base, parentFolder(of: folder) + "/" + base].first { place in
      switch ModelPlace(at: place) {
      case .model, .cached, .gguf: true
      default: false
      }
    }
  }
}

extension ModelPlace {
  /// Whether reading it as an adapter is worth a try.
  fileprivate var mayBeAdapter: Bool {
    switch self {
    case .model, .cached, .tensors, .gguf: false
    case .shelf(_, let adapters): adapters.isEmpty
    default: true
    }
  }
}
