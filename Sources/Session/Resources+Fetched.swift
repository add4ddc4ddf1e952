import Fetching

extension Resources {
  /// A model on this machine that was fetched, here or by another program into the cache of the hub.
  ///
  /// Nil when there is none of that name. Asks nobody.
  package func fetchedModel(named asked: String) -> (folder: String, name: String)? {
    if let known = KnownModel.named(asked), let models = fetching.modelsFolder {
      let folder = models + "/" + known.name
      return known.isThere(in: folder) ? (folder, known.name) : nil
    }
    guard asked.contains("/"), let repository = RepositoryName(asked), let path = fetching.hubCache,
      let folder = HubCache(path: path).snapshot(of: repository)
    else { return nil }
    return (folder, asked)
  }
}
