package import Adapters
import Checkpoints
package import Datasets
import Models
import Tensors
import Training

/// Loading a model or an adapter, and going back to base.
extension Session {
  /// Loads a pretrained model: a bundled one by its name, or a Hugging Face folder.
  ///
  /// - Throws: ``SessionError/notAModel(_:path:)``, ``SessionError/model(_:)``, and what
  ///   ``useTemplate(of:for:tell:)`` throws.
  package func loadModel(
    _ asked: String, tell: (VerbEvent) -> Void = { _ in }
  ) throws(SessionError) -> LoadedModel {
    var folder = try resources.folder(ofModel: asked)
    var name = folder.split(separator: "/").last.map(String.init) ?? folder
    if case .cached(let snapshot, let cached) = ModelPlace(at: folder) {
      (folder, name) = (snapshot, cached)
    }
    let loaded: LoadedModel
    do throws(ModelError) {
      loaded = try LoadedModel(
        reading: folder, name: name, base: settings.training.base, on: device)
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
    guard template?.name != model.chosenTemplate else { return }
    do throws(ModelError) { try model.use(template) } catch { throw .model(error) }
    tell(
      .template(
        template, missing: template?.missingTokens(model.tokenizer) ?? [], model: model.name))
  }

  /// Attaches a PEFT adapter from a folder to the model.
  ///
  /// - Throws: ``SessionError/hasAdapter``, ``SessionError/notAnAdapter(_:path:)``,
  ///   ``SessionError/file(_:)``, ``SessionError/adapter(_:)``.
  package func loadAdapter(
    inFolder folder: String, tell: (VerbEvent) -> Void = { _ in }
  ) throws(SessionError) -> LoadedAdapter {
    let model = try loadedModel()
    guard model.adapter == nil else { throw .hasAdapter }
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
    let adapter: LowRankAdapter
    do throws(AdapterError) {
      adapter = try LowRankAdapter(reading: directory, attachingTo: model.model)
    } catch { throw .adapter(error) }
    model.adopt(adapter)
    useTemplate(of: directory, for: model, tell)
    model.adopt(form)
    note(InputFile(kind: "adapter", name: folder, path: folder))
    return LoadedAdapter(adapter: adapter, form: form)
  }

  /// Takes over the chat template that an adapter was trained with, by a model that has none; of
  /// another one than the model's own it is told.
  private func useTemplate(
    of directory: AdapterDirectory, for model: LoadedModel, _ tell: (VerbEvent) -> Void
  ) {
    guard let source = directory.chatTemplate, source != model.contents.chatTemplate else { return }
    guard model.contents.chatTemplate == nil else { return tell(.adapterTemplate(.notUsed)) }
    do throws(ModelError) {
      try model.use(.init(source, for: model))
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
  /// The adapter, attached.
  package let adapter: LowRankAdapter
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
  /// The folder of a model: a bundled one by its name, or the path of one.
  ///
  /// - Throws: ``SessionError/notAModel(_:path:)``.
  package func folder(ofModel asked: String) throws(SessionError) -> String {
    ModelDirectory.settle(asked)
    let isFolder = fileExists(asked + "/config.json")
    if let bundled = model(named: asked), !isFolder { return bundled }
    switch ModelPlace(at: asked) {
    case .model, .cached: return asked
    case let place: throw .notAModel(place, path: asked)
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
