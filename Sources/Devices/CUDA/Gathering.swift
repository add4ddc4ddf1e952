/// What is asked of the card while a pass is gathered: kernels and copies in their order, with all that
/// they are given.
///
/// Two passes that are equal do the same to the same memory: then one graph serves both.
struct GatheredWork: Equatable {
  /// A kernel with where its arguments are in ``bytes``, or a copy within the card.
  enum Step: Equatable {
    case kernel(Kernel, LaunchGrid, arguments: [Int])
    case copy(to: UInt, from: UInt, byteCount: Int)
  }

  private(set) var steps: [Step] = []
  /// All kernels' arguments.
  private(set) var bytes: [UInt8] = []

  /// `padding` are the bytes of the first argument that are of no field.
  mutating func add(
    _ kernel: Kernel, _ grid: LaunchGrid,
    _ arguments: [UnsafeMutableRawBufferPointer], padding: [Int]
  ) {
    let places = arguments.map { argument in
      // Structs begin where the processor may read their parts.
      bytes += [UInt8](repeating: 0, count: (16 - bytes.count % 16) % 16)
      defer { bytes += argument }
      return bytes.count
    }
    for place in padding { bytes[places[0] + place] = 0 }
    steps.append(.kernel(kernel, grid, arguments: places))
  }

  mutating func add(copyTo target: UInt, from source: UInt, _ byteCount: Int) {
    steps.append(.copy(to: target, from: source, byteCount: byteCount))
  }
}

/// Hands passes to the card as a whole: small arrays in one copy, kernels in one graph.
///
/// To decode a token takes hundreds of kernels of a few microseconds, about what it takes to ask for
/// one. A pass is written down first; when it is the same as one before, but for what the arrays
/// hold, its graph is launched. One that was seen once is made a graph of the second time.
final class Gathering {
  private static let byteCount = 1 << 20
  /// Graphs that are kept, and passes that were seen once.
  private static let keptCount = 8

  private unowned let card: Card
  private let driver: DriverFunctions
  private let memory: PairedMemory
  private var host: UnsafeMutableRawPointer { memory.host }
  private var address: UInt { memory.address }
  private var place = 0
  /// Whether the card may still read the host's side.
  private var isBusy = false
  private var graphs: [(work: GatheredWork, graph: UnsafeMutableRawPointer?)] = []
  private var seen: [GatheredWork] = []
  private var padding: [ObjectIdentifier: [Int]] = [:]
  /// What has not been handed over; nil outside a pass.
  private var work: GatheredWork?

  /// Whether a pass is gathered.
  var isOpen: Bool { work != nil }

  init(_ card: Card) {
    (self.card, driver) = (card, card.driver)
    memory = PairedMemory(card, byteCount: Self.byteCount)
  }

  deinit {
    for kept in graphs { _ = driver.destroyExecutable(kept.graph) }
  }

  func begin() { work = GatheredWork() }

  func end() {
    handOver()
    work = nil
  }

  func add<Job>(
    _ kernel: Kernel, _ grid: LaunchGrid,
    _ arguments: [UnsafeMutableRawBufferPointer], _ job: Job
  ) { work?.add(kernel, grid, arguments, padding: padding(of: job)) }

  private func padding<Job>(of job: Job) -> [Int] {
    let type = ObjectIdentifier(Job.self)
    if let known = padding[type] { return known }
    let found = Padding.places(of: job)
    padding[type] = found
    return found
  }

  func add(copyTo target: UInt, from source: UInt, _ byteCount: Int) {
    work?.add(copyTo: target, from: source, byteCount)
  }

  /// The card has done all that it was asked for.
  func didWait() { isBusy = false }

  /// Where the card finds `bytes` when the pass is handed over; nil where there is no room for them.
  func send(_ bytes: UnsafeRawBufferPointer) -> UInt? {
    let size = (bytes.count + 255) / 256 * 256
    guard place + size <= Self.byteCount, let source = bytes.baseAddress else { return nil }
    // At the first of a pass alone: nothing that was sent is still to be handed over.
    if isBusy { card.wait() }
    (host + place).copyMemory(from: source, byteCount: bytes.count)
    defer { place += size }
    return address + UInt(place)
  }

  /// Asks the card for what was gathered so far.
  func handOver() {
    guard let gathered = work, !gathered.steps.isEmpty else { return }
    work = GatheredWork()
    card.enter()
    if place > 0 {
      card.check(driver.copyIn(address, host, place, card.stream), "cuMemcpyHtoDAsync")
      (place, isBusy) = (0, true)
    }
    if let index = graphs.firstIndex(where: { $0.work == gathered }) {
      // The first of them is the one that was not needed for longest.
      graphs.append(graphs.remove(at: index))
      return launch(graphs[graphs.count - 1].graph)
    }
    guard seen.contains(gathered) else {
      seen = seen.suffix(Self.keptCount - 1) + [gathered]
      return ask(for: gathered)
    }
    let graph = graph(of: gathered)
    graphs.append((gathered, graph))
    seen.removeAll { $0 == gathered }
    launch(graph)
    if graphs.count > Self.keptCount {
      // Not before the card is done with it.
      card.wait()
      card.check(driver.destroyExecutable(graphs.removeFirst().graph), "cuGraphExecDestroy")
    }
  }

  private func launch(_ graph: UnsafeMutableRawPointer?) {
    card.check(driver.launchGraph(graph, card.stream), "cuGraphLaunch")
  }

  private func graph(of work: GatheredWork) -> UnsafeMutableRawPointer? {
    var (captured, graph): (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) = (nil, nil)
    // Other threads' calls are none of the capture's business.
    let relaxed: CUnsignedInt = 2
    card.check(driver.beginCapture(card.stream, relaxed), "cuStreamBeginCapture")
    ask(for: work)
    card.check(driver.endCapture(card.stream, &captured), "cuStreamEndCapture")
    card.check(driver.instantiateGraph(&graph, captured, 0), "cuGraphInstantiate")
    card.check(driver.destroyGraph(captured), "cuGraphDestroy")
    return graph
  }

  /// Asks for one step after the other.
  private func ask(for work: GatheredWork) {
    var bytes = work.bytes
    bytes.withUnsafeMutableBytes { bytes in
      for step in work.steps {
        switch step {
        case .kernel(let kernel, let grid, let places):
          var arguments = places.map { place in bytes.baseAddress.map { $0 + place } }
          card.ask(for: kernel, grid, &arguments)
        case .copy(let target, let source, let byteCount):
          card.check(
            driver.copyWithin(target, source, byteCount, card.stream), "cuMemcpyDtoDAsync")
        }
      }
    }
  }
}
