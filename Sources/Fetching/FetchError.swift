package import Checkpoints

/// Why something was not fetched.
package enum FetchError: Error, Sendable {
  /// A stop was asked for; what came so far is kept.
  case stopped
  /// A server could not be asked, or did not answer to the end.
  case unreachable(address: String, detail: String)
  /// A server answered with something else than what was asked for.
  case refused(address: String, status: Int)
  /// Something that should be small is not.
  case tooLong(address: String, limit: Int)
  /// A reply does not say what it should.
  case unreadable(address: String, detail: String)
  /// What was fetched is not what it should be; it is thrown away.
  case otherBytes(name: String, hash: String, expected: String)
  /// The disk has too little room, in bytes.
  case noRoom(folder: String, needed: Int, available: Int)
  /// Another process fetches the same file.
  case busy(path: String)
  /// No folder to fetch into is known: `HOME` is not set.
  case noFolder
  /// The environment says that nothing is to be fetched; `variable` is what says so.
  case offline(variable: String)
  /// A name that no repository can have.
  case badName(String)
  /// Neither a model that is known by name nor the name of a repository.
  case unknownModel(String)
  /// A repository of this name, or what is wanted of it, cannot be had.
  case repository(String, RepositoryFault)
  /// A fine-tuning service said no, in its own words.
  case service(status: Int, message: String)
  /// A fine-tuning service gave something else than its API has.
  case notAService(address: String, detail: String)
  /// A file cannot be read or written.
  case file(CheckpointError)
}

/// Why a repository, or what is wanted of it, cannot be had.
package enum RepositoryFault: Hashable, Sendable {
  /// There is none, or it is hidden from those without a token that reaches it.
  case missing(hasToken: Bool)
  /// It has no such branch, tag or commit.
  case noRevision(String)
  /// Its terms have to be accepted first, or the token does not reach it.
  case gated(hasToken: Bool)
  /// It has no file of this name.
  case noFile(String)
  /// It has nothing that is read here; `pickles` says that it has pickled weights.
  case noModel(pickles: Bool)
  /// It has several models in a GGUF file each, of which one has to be chosen.
  case choice([String])
}

/// A text from outside as it may be shown, in quotes.
func quoted(_ text: String) -> String { "\"\(shown(text))\"" }
