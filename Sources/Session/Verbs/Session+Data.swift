package import Datasets
import Models

/// The model and the rows that verbs work on.
extension Session {
  /// The model that is loaded.
  ///
  /// - Throws: ``SessionError/noModel``.
  package func loadedModel() throws(SessionError) -> LoadedModel {
    guard let model else { throw .noModel }
    return model
  }

  /// The model that is loaded, which has to be one that writes text.
  ///
  /// - Throws: ``SessionError/noModel``, ``SessionError/cannotWrite(_:model:)``.
  package func writingModel() throws(SessionError) -> LoadedModel {
    let model = try loadedModel()
    guard model.writes else {
      throw .cannotWrite(model.model.blueprint.head.task, model: model.name)
    }
    return model
  }

  /// The current data.
  ///
  /// - Throws: ``SessionError/noData``.
  package func loadedData() throws(SessionError) -> LoadedData {
    guard let currentData else { throw .noData }
    return currentData
  }

  /// Makes rows that were read the current data.
  ///
  /// - Parameters:
  ///   - dataset: the rows.
  ///   - path: the file they were read from.
  ///   - asked: how that was asked for.
  ///   - name: what they are called from now on.
  ///   - ratios: how they are divided into train, dev and test; nil leaves them whole.
  /// - Returns: the rows in their parts.
  /// - Throws: `DatasetError` when they are too few for the ratios.
  package func load(
    _ dataset: Dataset, inFile path: String, named asked: String, as name: String,
    ratios: [Int]? = nil
  ) throws(DatasetError) -> LoadedData {
    let loaded = try LoadedData(
      name: name, dataset: dataset, ratios: ratios, seed: settings.seed)
    add(loaded)
    note(InputFile(kind: "data", name: asked, path: path))
    return loaded
  }

  /// Makes the rows of one file the current data, with those of another as its dev.
  package func load(
    _ train: (rows: Dataset, path: String, asked: String),
    dev: (rows: Dataset, path: String, asked: String), as name: String
  ) -> LoadedData {
    let loaded = LoadedData(name: name, dataset: train.rows, dev: dev.rows)
    add(loaded)
    for file in [train, dev] { note(InputFile(kind: "data", name: file.asked, path: file.path)) }
    return loaded
  }

  /// The data that a name means, and the part of it when it names one.
  package func dataAndPart(named name: String) -> (data: LoadedData, part: String?)? {
    let parts = name.split(separator: ".").map(String.init)
    guard let first = parts.first, parts.count <= 2 else { return nil }
    if parts.count == 1, let currentData, currentData.part(first) != nil {
      return (currentData, first)
    }
    guard let owner = first == "data" ? currentData : data.first(where: { $0.name == first }) else {
      return nil
    }
    guard parts.count == 2 else { return (owner, nil) }
    return owner.part(parts[1]) == nil ? nil : (owner, parts[1])
  }

  /// The rows that a name means: `dev`, `support`, `support.train`, `data.dev`.
  package func examples(named name: String) -> [Example]? {
    guard let (data, part) = dataAndPart(named: name) else { return nil }
    return part.map { data.part($0) ?? [] } ?? data.dataset.examples
  }

  /// The rows that a name means, at least one.
  ///
  /// - Throws: ``SessionError/noData``, ``SessionError/unknownData(_:known:)``,
  ///   ``SessionError/noRows(name:file:)``.
  package func rows(named name: String) throws(SessionError) -> [Example] {
    let loaded = try loadedData()
    guard let rows = examples(named: name) else {
      throw .unknownData(name, known: data.map(\.name))
    }
    guard !rows.isEmpty else { throw .noRows(name: name, file: loaded.dataset.file) }
    return rows
  }

  /// Runs `body` with the model as it was loaded, or as it is now.
  func with<Result>(
    _ state: ModelState, of model: LoadedModel, _ body: () throws(SessionError) -> Result
  ) throws(SessionError) -> Result {
    guard state == .base else { return try body() }
    return try model.asBase(body)
  }
}
