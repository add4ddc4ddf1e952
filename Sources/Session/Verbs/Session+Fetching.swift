package import Fetching

extension Session {
  /// Fetches a model that is known by name, or a repository of the Hugging Face hub.
  ///
  /// `revision` is a branch, tag or commit of a repository, `file` one file of weights, of those that
  /// have several.
  ///
  /// - Throws: ``SessionError/fetching(_:)``.
  package func getModel(
    _ asked: String, revision: String? = nil, file: String? = nil,
    tell: @escaping (VerbEvent) -> Void
  ) throws(SessionError) -> FetchedModel {
    let fetcher = Fetcher(resources.fetching, stop: stop) { tell(.fetching($0)) }
    defer { tell(.fetched) }
    do throws(FetchError) {
      if let known = KnownModel.named(asked) { return try fetcher.get(known) }
      guard asked.contains("/") || revision != nil else { throw .unknownModel(asked) }
      guard let name = RepositoryName(asked, revision: revision) else { throw .badName(asked) }
      return try fetcher.get(name, file: file)
    } catch { throw .fetching(error) }
  }
}
