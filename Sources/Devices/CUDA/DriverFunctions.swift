import Execution

/// The functions of NVIDIA's driver that the device calls, found by name when the program runs.
///
/// Tests put others in their place: an emulation that runs the kernels on the processor. Results are
/// the driver's codes, 0 for success; contexts, streams, modules and functions are its pointers.
struct DriverFunctions: Sendable {
  typealias Pointer = UnsafeMutableRawPointer
  typealias Out<Value> = UnsafeMutablePointer<Value>

  let initialize: @convention(c) @Sendable (CUnsignedInt) -> CInt
  let version: @convention(c) @Sendable (Out<CInt>) -> CInt
  let deviceCount: @convention(c) @Sendable (Out<CInt>) -> CInt
  let device: @convention(c) @Sendable (Out<CInt>, CInt) -> CInt
  let deviceName: @convention(c) @Sendable (Out<CChar>, CInt, CInt) -> CInt
  let deviceAttribute: @convention(c) @Sendable (Out<CInt>, CInt, CInt) -> CInt
  let totalMemory: @convention(c) @Sendable (Out<Int>, CInt) -> CInt
  let retainContext: @convention(c) @Sendable (Out<Pointer?>, CInt) -> CInt
  let setContext: @convention(c) @Sendable (Pointer?) -> CInt
  let memory: @convention(c) @Sendable (Out<Int>, Out<Int>) -> CInt
  let allocate: @convention(c) @Sendable (Out<UInt>, Int) -> CInt
  let free: @convention(c) @Sendable (UInt) -> CInt
  let allocateHost: @convention(c) @Sendable (Out<Pointer?>, Int, CUnsignedInt) -> CInt
  let freeHost: @convention(c) @Sendable (Pointer?) -> CInt
  let copyIn: @convention(c) @Sendable (UInt, UnsafeRawPointer, Int, Pointer?) -> CInt
  let copyOut: @convention(c) @Sendable (Pointer, UInt, Int, Pointer?) -> CInt
  let copyWithin: @convention(c) @Sendable (UInt, UInt, Int, Pointer?) -> CInt
  let createStream: @convention(c) @Sendable (Out<Pointer?>, CUnsignedInt) -> CInt
  let synchronize: @convention(c) @Sendable (Pointer?) -> CInt
  let createEvent: @convention(c) @Sendable (Out<Pointer?>, CUnsignedInt) -> CInt
  let recordEvent: @convention(c) @Sendable (Pointer?, Pointer?) -> CInt
  let waitForEvent: @convention(c) @Sendable (Pointer?, Pointer?, CUnsignedInt) -> CInt
  let loadModule: @convention(c) @Sendable (Out<Pointer?>, UnsafeRawPointer) -> CInt
  let function: @convention(c) @Sendable (Out<Pointer?>, Pointer?, UnsafePointer<CChar>) -> CInt
  let launch:
    @convention(c) @Sendable (
      Pointer?, CUnsignedInt, CUnsignedInt, CUnsignedInt, CUnsignedInt, CUnsignedInt, CUnsignedInt,
      CUnsignedInt, Pointer?, UnsafeMutablePointer<Pointer?>?, Pointer?
    ) -> CInt
  let beginCapture: @convention(c) @Sendable (Pointer?, CUnsignedInt) -> CInt
  let endCapture: @convention(c) @Sendable (Pointer?, Out<Pointer?>) -> CInt
  let instantiateGraph: @convention(c) @Sendable (Out<Pointer?>, Pointer?, UInt64) -> CInt
  let launchGraph: @convention(c) @Sendable (Pointer?, Pointer?) -> CInt
  let destroyExecutable: @convention(c) @Sendable (Pointer?) -> CInt
  let destroyGraph: @convention(c) @Sendable (Pointer?) -> CInt
  let errorName: @convention(c) @Sendable (CInt, Out<UnsafePointer<CChar>?>) -> CInt

  /// Looks all of them up; the driver is too old when it lacks one.
  init(_ lookUp: (String) -> UnsafeRawPointer?) throws(CUDAError) {
    func find<Function>(_ name: String) throws(CUDAError) -> Function {
      guard let found = lookUp(name) else { throw .driverLacks(function: name) }
      // Safety: the driver's functions have the types that its interface gives them.
      return unsafeBitCast(found, to: Function.self)
    }
    initialize = try find("cuInit")
    version = try find("cuDriverGetVersion")
    deviceCount = try find("cuDeviceGetCount")
    device = try find("cuDeviceGet")
    deviceName = try find("cuDeviceGetName")
    deviceAttribute = try find("cuDeviceGetAttribute")
    totalMemory = try find("cuDeviceTotalMem_v2")
    retainContext = try find("cuDevicePrimaryCtxRetain")
    setContext = try find("cuCtxSetCurrent")
    memory = try find("cuMemGetInfo_v2")
    allocate = try find("cuMemAlloc_v2")
    free = try find("cuMemFree_v2")
    allocateHost = try find("cuMemHostAlloc")
    freeHost = try find("cuMemFreeHost")
    copyIn = try find("cuMemcpyHtoDAsync_v2")
    copyOut = try find("cuMemcpyDtoHAsync_v2")
    copyWithin = try find("cuMemcpyDtoDAsync_v2")
    createStream = try find("cuStreamCreate")
    synchronize = try find("cuStreamSynchronize")
    createEvent = try find("cuEventCreate")
    recordEvent = try find("cuEventRecord")
    waitForEvent = try find("cuStreamWaitEvent")
    loadModule = try find("cuModuleLoadData")
    function = try find("cuModuleGetFunction")
    launch = try find("cuLaunchKernel")
    beginCapture = try find("cuStreamBeginCapture_v2")
    endCapture = try find("cuStreamEndCapture")
    instantiateGraph = try find("cuGraphInstantiateWithFlags")
    launchGraph = try find("cuGraphLaunch")
    destroyExecutable = try find("cuGraphExecDestroy")
    destroyGraph = try find("cuGraphDestroy")
    errorName = try find("cuGetErrorName")
  }

  /// Those of the machine's driver.
  static func ofMachine() throws(CUDAError) -> DriverFunctions {
    guard let library = SharedLibrary("libcuda.so.1") else { throw .noDriver }
    return try DriverFunctions { library.address(of: $0).map { UnsafeRawPointer($0) } }
  }

  /// What the driver calls a code.
  func name(of code: CInt) -> String {
    var name: UnsafePointer<CChar>?
    guard errorName(code, &name) == 0, let name else { return "error \(code)" }
    return String(cString: name)
  }
}
