/// How a program was started, by what its environment says.
package enum Launch: Hashable, Sendable {
  /// By itself.
  case alone
  /// As one of several, by Open MPI's `mpirun`.
  case amongWorkers(count: Int)
  /// As one of several, by a program that Open MPI does not know.
  case byOther(variable: String)

  private static let sizeKey = "OMPI_COMM_WORLD_SIZE"
  /// What MPICH, Intel MPI and others set.
  private static let otherKeys = ["PMI_SIZE", "MPI_LOCALNRANKS"]

  /// What `environment` says.
  package init(_ environment: [String: String]) {
    func count(_ key: String) -> Int { environment[key].flatMap { Int($0) } ?? 1 }
    if environment[Self.sizeKey] != nil {
      let workers = count(Self.sizeKey)
      self = workers > 1 ? .amongWorkers(count: workers) : .alone
    } else if let key = Self.otherKeys.first(where: { count($0) > 1 }) {
      self = .byOther(variable: key)
    } else {
      self = .alone
    }
  }

  /// Whether this machine has what workers need.
  package static var isLibraryFound: Bool { (try? MPIFunctions.ofMachine()) != nil }
}
