import Foundation

/// A card as the driver knows it: its context, a stream of work with another beside it, and the modules
/// of kernels.
///
/// `@unchecked Sendable`: the engine is one thread; what others ask does not change.
package final class Card: @unchecked Sendable {
  let driver: DriverFunctions
  let stream: UnsafeMutableRawPointer?
  private let context: UnsafeMutableRawPointer?
  /// Its number among the machine's cards.
  package let number: Int
  /// What the maker calls it.
  package let name: String
  /// The driver's version, as CUDA counts: 12080 is 12.8.
  package let driverVersion: Int
  /// Bytes of memory in all.
  package let memoryByteCount: Int
  /// Whether it multiplies bfloat16 numbers: cards from Ampere on do.
  package let hasTensorCores: Bool
  /// Processors, each with its registers and shared memory.
  package let multiprocessors: Int
  private var modules: [KernelModule: UnsafeMutableRawPointer] = [:]
  private var functions: [Kernel: UnsafeMutableRawPointer] = [:]
  private(set) lazy var staging = Staging(self)
  private(set) lazy var scratch = Scratch(self)
  private(set) lazy var gathering = Gathering(self)
  private lazy var side = SideStream(self)
  /// The stream that kernels are asked for in: ``stream``, or the one beside it.
  private var current: UnsafeMutableRawPointer?

  /// Opens card `number` of the machine's driver.
  package convenience init(number: Int) throws(CUDAError) {
    try self.init(number: number, DriverFunctions.ofMachine())
  }

  /// Opens card `number` of a driver whose functions `lookUp` finds by name.
  package convenience init(
    number: Int, findingFunctionsBy lookUp: (String) -> UnsafeRawPointer?
  ) throws(CUDAError) {
    try self.init(number: number, DriverFunctions(lookUp))
  }

  private init(number: Int, _ driver: DriverFunctions) throws(CUDAError) {
    func ask(_ code: CInt) throws(CUDAError) {
      if code != 0 { throw .refused(reason: driver.name(of: code)) }
    }
    let code = driver.initialize(0)
    if code != 0 { throw .noCard(reason: driver.name(of: code)) }
    var (count, device, version): (CInt, CInt, CInt) = (0, 0, 0)
    try ask(driver.deviceCount(&count))
    guard count > 0 else { throw .noCard(reason: "it counts none") }
    guard number < Int(count) else { throw .noSuchCard(number: number, count: Int(count)) }
    try ask(driver.device(&device, CInt(number)))
    try ask(driver.version(&version))
    var name = [CChar](repeating: 0, count: 256)
    try ask(driver.deviceName(&name, CInt(name.count - 1), device))
    func attribute(_ which: DeviceAttribute) throws(CUDAError) -> Int {
      var value: CInt = 0
      try ask(driver.deviceAttribute(&value, which.rawValue, device))
      return Int(value)
    }
    let text = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    let (major, minor) = (try attribute(.major), try attribute(.minor))
    guard (major, minor) >= Self.oldestCapability else {
      throw .oldCard(name: text, major: major, minor: minor)
    }
    var (total, context, stream): (Int, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) =
      (0, nil, nil)
    try ask(driver.totalMemory(&total, device))
    try ask(driver.retainContext(&context, device))
    try ask(driver.setContext(context))
    try ask(driver.createStream(&stream, 1))
    self.driver = driver
    self.context = context
    self.stream = stream
    current = stream
    self.number = number
    self.name = text
    driverVersion = Int(version)
    memoryByteCount = total
    hasTensorCores = (major, minor) >= Self.tensorCapability
    multiprocessors = max(1, try attribute(.multiprocessors))
  }

  /// The compute capability that the kernels' text is made for.
  private static let oldestCapability = (7, 5)
  /// That of the kernels for tensor cores.
  private static let tensorCapability = (8, 0)

  /// Attributes by the driver's numbers.
  private enum DeviceAttribute: CInt {
    case multiprocessors = 16
    case major = 75
    case minor = 76
  }

  /// Bytes of memory that are free.
  package var freeByteCount: Int {
    enter()
    var (free, total) = (0, 0)
    return driver.memory(&free, &total) == 0 ? free : 0
  }

  /// Makes the card the calling thread's, as the driver wants it before each call.
  func enter() { check(driver.setContext(context), "cuCtxSetCurrent") }

  /// Ends the program when the driver reports a failure: what was computed cannot be trusted, and
  /// the driver does no more for this process.
  func check(_ code: CInt, _ what: String) {
    if code != 0 { endForFailure("\(driver.name(of: code)) in \(what)") }
  }

  /// Waits until all that was asked for is done.
  func wait() {
    gathering.handOver()
    check(driver.synchronize(stream), "cuStreamSynchronize")
    gathering.didWait()
  }

  /// Has kernels run beside what is asked for until ``meetSide()``.
  ///
  /// Those that `body` asks for come after all that was asked for before. They have no arrays sent, and
  /// no scratch.
  func onSide(_ body: () -> Void) {
    enter()
    side.follow(stream)
    current = side.stream
    body()
    current = stream
  }

  /// Lets what is asked for next run after the work beside.
  func meetSide() {
    enter()
    side.lead(stream)
  }

  /// Whether kernels are asked for beside the others.
  var isOnSide: Bool { current != stream }

  /// The function of a kernel; its module is handed to the driver when it is first needed.
  private func function(_ kernel: Kernel) -> UnsafeMutableRawPointer? {
    if let found = functions[kernel] { return found }
    var function: UnsafeMutableRawPointer?
    check(driver.function(&function, module(kernel.module), kernel.name), kernel.name)
    functions[kernel] = function
    return function
  }

  private func module(_ module: KernelModule) -> UnsafeMutableRawPointer? {
    if let loaded = modules[module] { return loaded }
    var loaded: UnsafeMutableRawPointer?
    check(driver.loadModule(&loaded, module.text), "the module \(module.rawValue)")
    modules[module] = loaded
    return loaded
  }

  /// Asks for a kernel to be run after all that was asked for before; its arguments are copied.
  ///
  /// The first of the arguments is `job`.
  func launch<Job>(
    _ kernel: Kernel, _ grid: LaunchGrid, _ job: Job, _ arguments: [UnsafeMutableRawBufferPointer]
  ) {
    guard grid.blocks.x > 0, grid.blocks.y > 0, grid.blocks.z > 0 else { return }
    enter()
    // Modules are loaded here: not amid a capture.
    _ = function(kernel)
    if gathering.isOpen { return gathering.add(kernel, grid, arguments, job) }
    var pointers = arguments.map(\.baseAddress)
    ask(for: kernel, grid, &pointers)
  }

  /// Asks the driver for a kernel now, or amid a capture for its place in the graph.
  func ask(
    for kernel: Kernel, _ grid: LaunchGrid, _ arguments: inout [UnsafeMutableRawPointer?]
  ) {
    let code = driver.launch(
      function(kernel), CUnsignedInt(grid.blocks.x), CUnsignedInt(grid.blocks.y),
      CUnsignedInt(grid.blocks.z), CUnsignedInt(grid.threads), 1, 1, 0, current, &arguments, nil)
    check(code, kernel.name)
  }

  /// Copies bytes of the card after all that was asked for before.
  func copy(to target: UInt, from source: UInt, _ byteCount: Int) {
    enter()
    if gathering.isOpen { return gathering.add(copyTo: target, from: source, byteCount) }
    check(driver.copyWithin(target, source, byteCount, stream), "cuMemcpyDtoDAsync")
  }
}

/// How many blocks of threads a kernel is run by.
struct LaunchGrid: Equatable {
  struct Blocks: Equatable { var x, y, z: Int }
  var blocks: Blocks
  /// Of a block; whole warps.
  var threads = 256

  init(_ x: Int, _ y: Int = 1, _ z: Int = 1, threads: Int = 256) {
    (blocks, self.threads) = (Blocks(x: x, y: y, z: z), threads)
  }

  /// As many blocks as give each of `count` items a thread.
  init(threadsFor count: Int, threads: Int = 256) {
    self.init((count + threads - 1) / threads, threads: threads)
  }
}

/// Ends the program with the exit code 1: the card failed.
func endForFailure(_ text: String) -> Never {
  let text =
    "\nerror[R403]: the graphics card failed: \(text).\n"
    + "  help: run it again, or type `set device cpu` first; what was saved is whole\n"
  let bytes = Array(text.utf8)
  // Safety: `write` reads as many bytes as the array has.
  _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  // What gives the terminal back is run, and nothing else.
  quick_exit(1)
}
