import Checkpoints
import Execution
import Foundation

extension Fetcher {
  /// Fetches a model that is known by name into the models folder; what is there is kept.
  ///
  /// - Throws: ``FetchError``. What came before an error stays, and the next time goes on from it.
  package func get(_ model: KnownModel) throws(FetchError) -> FetchedModel {
    guard let models = environment.modelsFolder else { throw .noFolder }
    let folder = models + "/" + model.name
    let target = folder + "/" + model.file
    let isThere = model.isThere(in: folder)
    if !isThere {
      let archive = folder + "/" + model.archive
      try fetch(model, to: archive)
      try unpack(model, from: archive, to: target)
      try? FileManager.default.removeItem(atPath: archive)
    }
    return FetchedModel(
      name: model.name, folder: folder, revision: model.fileHash, byteCount: model.fileByteCount,
      fetchedByteCount: isThere ? 0 : model.archiveByteCount)
  }

  private func fetch(_ model: KnownModel, to archive: String) throws(FetchError) {
    guard Self.byteCount(of: archive) != model.archiveByteCount else { return }
    let index = PackageIndex(client: client, address: environment.packageIndex)
    let place = try index.place(of: model.archive, package: model.package)
    let download = Download(
      request: HTTPClient.Request(address: place), name: model.archive, target: archive,
      byteCount: model.archiveByteCount, hash: .sha256(model.archiveHash))
    try download.run(client) { byteCount in
      tell(
        FetchProgress(name: model.name, byteCount: byteCount, total: model.archiveByteCount))
    }
  }

  /// Takes the model out of its archive; it appears whole and with the right hash, or not at all.
  private func unpack(
    _ model: KnownModel, from archive: String, to target: String
  ) throws(FetchError) {
    let file = try onFiles { () throws(CheckpointError) in try AtomicFile(path: target) }
    let hash = ContentHash()
    try ZipArchive(path: archive).extract(model.member) { (bytes) throws(FetchError) in
      if client.stop.isRequested { throw .stopped }
      hash.add(bytes)
      try onFiles { () throws(CheckpointError) in try file.write(bytes) }
    }
    guard hash.text == model.fileHash else {
      try? FileManager.default.removeItem(atPath: archive)
      throw .otherBytes(name: model.file, hash: hash.text, expected: model.fileHash)
    }
    try onFiles { () throws(CheckpointError) in _ = try file.commit() }
  }
}
