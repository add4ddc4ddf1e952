import Reporting
import Testing

@testable import Workers

@Suite("How a program was started") struct LaunchTests {
  @Test("is what Open MPI's mpirun says", arguments: [2, 3, 64])
  func byMpirun(count: Int) {
    let launch = Launch(["OMPI_COMM_WORLD_SIZE": "\(count)", "PMI_SIZE": "\(count)"])
    #expect(launch == .amongWorkers(count: count))
  }

  @Test("is alone without another, and where numbers are none")
  func alone() {
    #expect(Launch([:]) == .alone)
    #expect(Launch(["OMPI_COMM_WORLD_SIZE": "1"]) == .alone)
    #expect(Launch(["OMPI_COMM_WORLD_SIZE": "many"]) == .alone)
    #expect(Launch(["PMI_SIZE": "1"]) == .alone)
  }

  @Test("is told apart where another launcher started several")
  func byOther() {
    #expect(Launch(["PMI_SIZE": "2"]) == .byOther(variable: "PMI_SIZE"))
  }
}

@Suite("What workers cannot do") struct WorkersErrorTests {
  @Test("names each thing that differs, and cuts hashes short")
  func differences() {
    let hash = String(repeating: "a", count: 64)
    let error = WorkersError.different([
      .init(name: "set seed", worker: 1, first: "1", other: "2"),
      .init(name: "data", worker: 2, first: hash, other: "none"),
    ])
    #expect(
      error.diagnostic.message
        == "workers do not have the same: set seed (1; worker 1: 2); "
        + "data (aaaaaaaaaaaa…; worker 2: none).")
  }
}
