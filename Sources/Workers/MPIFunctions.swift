import Execution

/// The functions of Open MPI that workers call, found by name when the program runs.
///
/// Its handles are addresses of objects that the library exports. Results are 0 for success.
///
/// `@unchecked Sendable`: addresses of functions and of objects that stay where they are.
struct MPIFunctions: @unchecked Sendable {
  typealias Handle = UnsafeMutableRawPointer
  typealias Out<Value> = UnsafeMutablePointer<Value>

  /// The name of the library's file, its version of the interface in it.
  static let libraryName = "libmpi.so.40"
  /// Calls come from several threads, one at a time.
  static let serialized: CInt = 2

  /// All processes that were started together.
  let world: Handle
  /// The type of a message of bytes.
  let byte: Handle
  /// Has errors told by results, where else they end the program.
  let errorsReturn: Handle

  let begin: @convention(c) (Out<CInt>?, Handle?, CInt, Out<CInt>) -> CInt
  let end: @convention(c) () -> CInt
  let abort: @convention(c) (Handle, CInt) -> CInt
  let rank: @convention(c) (Handle, Out<CInt>) -> CInt
  let size: @convention(c) (Handle, Out<CInt>) -> CInt
  let setErrorHandler: @convention(c) (Handle, Handle) -> CInt
  let send:
    @convention(c) (UnsafeRawPointer?, CInt, Handle, CInt, CInt, Handle, Out<Handle?>) -> CInt
  let receive: @convention(c) (Handle?, CInt, Handle, CInt, CInt, Handle, Out<Handle?>) -> CInt
  let testAll: @convention(c) (CInt, Out<Handle?>?, Out<CInt>, Handle?) -> CInt
  let probe: @convention(c) (CInt, CInt, Handle, Out<CInt>, Handle?) -> CInt
  let receiveNow: @convention(c) (Handle?, CInt, Handle, CInt, CInt, Handle, Handle?) -> CInt
  let forget: @convention(c) (Out<Handle?>) -> CInt

  /// Looks all of them up; another library than Open MPI 4 lacks one.
  private init(_ library: SharedLibrary) throws(WorkersError) {
    func object(_ name: String) throws(WorkersError) -> Handle {
      guard let found = library.address(of: name) else { throw .otherLibrary(lacks: name) }
      return found
    }
    func find<Function>(_ name: String) throws(WorkersError) -> Function {
      guard let found: Function = library.function(name) else { throw .otherLibrary(lacks: name) }
      return found
    }
    world = try object("ompi_mpi_comm_world")
    byte = try object("ompi_mpi_byte")
    errorsReturn = try object("ompi_mpi_errors_return")
    begin = try find("MPI_Init_thread")
    end = try find("MPI_Finalize")
    abort = try find("MPI_Abort")
    rank = try find("MPI_Comm_rank")
    size = try find("MPI_Comm_size")
    setErrorHandler = try find("MPI_Comm_set_errhandler")
    send = try find("MPI_Isend")
    receive = try find("MPI_Irecv")
    testAll = try find("MPI_Testall")
    probe = try find("MPI_Iprobe")
    receiveNow = try find("MPI_Recv")
    forget = try find("MPI_Request_free")
  }

  /// Those of the machine's library.
  static func ofMachine() throws(WorkersError) -> MPIFunctions {
    // Its own parts are libraries that look for its names.
    guard let library = SharedLibrary(libraryName, showsNames: true) else { throw .noLibrary }
    return try MPIFunctions(library)
  }
}
