package import Execution

/// Fetches models, when asked to.
package struct Fetcher {
  let environment: FetchEnvironment
  let client: HTTPClient
  /// Told how far it is.
  let tell: (FetchProgress) -> Void

  /// A fetcher that ends when `stop` is requested.
  package init(
    _ environment: FetchEnvironment, stop: StopFlag, tell: @escaping (FetchProgress) -> Void
  ) {
    self.environment = environment
    client = HTTPClient(stop: stop, certificates: environment.certificates)
    self.tell = tell
  }
}

/// How far fetching is.
package struct FetchProgress: Hashable, Sendable {
  /// The file that is fetched.
  package let name: String
  /// The bytes there are, of all files.
  package let byteCount: Int
  /// The bytes of all files, as far as their sizes are known.
  package let total: Int
}

/// A model that lies on this machine.
package struct FetchedModel: Sendable {
  /// What `load model` knows it by.
  package let name: String
  /// Its folder.
  package let folder: String
  /// The commit, or the SHA-256 of its file.
  package let revision: String
  /// The bytes of its files.
  package let byteCount: Int
  /// How many of them were fetched now.
  package let fetchedByteCount: Int
  /// Why it is what was there before; nil when the hub was asked.
  package var fallback: FetchError?
}
