import Checkpoints
import Foundation

extension Fetcher {
  /// Fetches a model of the hub into the cache that programs share; what is there is kept.
  ///
  /// `file` is one file of weights, of repositories that have several.
  ///
  /// - Throws: ``FetchError``. What came before an error stays, and the next time goes on from it.
  package func get(_ name: RepositoryName, file: String? = nil) throws(FetchError) -> FetchedModel {
    guard let path = environment.hubCache else { throw .noFolder }
    let cache = HubCache(path: path)
    if let variable = environment.offlineVariable {
      guard let folder = cache.snapshot(of: name) else { throw .offline(variable: variable) }
      return kept(name, folder, .offline(variable: variable))
    }
    let hub = HubClient(client: client, environment: environment)
    let listing: HubClient.Listing
    do throws(FetchError) { listing = try hub.list(name) } catch .unreachable(let address, let why)
    {
      guard let folder = cache.snapshot(of: name) else {
        throw .unreachable(address: address, detail: why)
      }
      return kept(name, folder, .unreachable(address: address, detail: why))
    }
    let names = try HubFiles.chosen(
      of: listing.files.keys.sorted(), repository: name.text, asked: file)
    var files: [(name: String, file: HubClient.File)] = []
    var there = 0
    for file in names {
      if let byteCount = Self.byteCount(of: cache.link(to: file, at: listing.commit, of: name)) {
        there += byteCount
      } else {
        files.append((file, try hub.file(file, in: listing, of: name)))
      }
    }
    // The large ones last: what is wrong with the small ones shows at once.
    files.sort { ($0.file.byteCount ?? 0, $0.name) < ($1.file.byteCount ?? 0, $1.name) }
    let total = there + files.reduce(0) { $0 + ($1.file.byteCount ?? 0) }
    var done = there
    for (file, place) in files {
      let before = done
      done += try fetch(file, place, at: listing.commit, of: name, hub, into: cache) { byteCount in
        let sum = before + byteCount
        tell(FetchProgress(name: file, byteCount: sum, total: max(total, sum)))
      }
    }
    try cache.note(listing.commit, of: name)
    return FetchedModel(
      name: name.isMain ? name.text : "\(name.text)@\(name.revision)",
      folder: cache.snapshots(of: name) + "/" + listing.commit, revision: listing.commit,
      byteCount: done, fetchedByteCount: done - there)
  }

  /// Fetches a file and puts it into its commit; gives its size.
  private func fetch(
    _ file: String, _ place: HubClient.File, at commit: String, of name: RepositoryName,
    _ hub: HubClient, into cache: HubCache, progress: (Int) -> Void
  ) throws(FetchError) -> Int {
    let blob = cache.blob(tag: place.tag, of: name)
    let download = Download(
      request: place.request, name: file, target: blob, byteCount: place.byteCount,
      hash: Download.ExpectedHash(tag: place.tag),
      refusal: { hub.refusal($0, at: $1, of: name, file: file) })
    try cache.locked(tag: place.tag, of: name, client) { () throws(FetchError) in
      try download.run(client, progress: progress)
      try cache.link(file, tag: place.tag, at: commit, of: name)
    }
    return Self.byteCount(of: blob) ?? 0
  }

  /// A model that was there before, where nobody can be asked.
  private func kept(
    _ name: RepositoryName, _ folder: String, _ why: FetchError
  ) -> FetchedModel {
    let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return FetchedModel(
      name: name.text, folder: folder,
      revision: folder.split(separator: "/").last.map(String.init) ?? "",
      byteCount: files.reduce(0) { $0 + (Self.byteCount(of: folder + "/" + $1) ?? 0) },
      fetchedByteCount: 0, fallback: why)
  }

  /// The size of a file, links followed; nil when there is none.
  static func byteCount(of path: String) -> Int? { (try? OpenFile(path: path))?.byteCount }
}
