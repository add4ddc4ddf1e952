/// What precedes the tensors' bytes in a GGUF file, read and checked.
struct GGUFHeader {
  private(set) var settings: [String: GGUFValue] = [:]
  private(set) var entries: [GGUFFile.Entry] = []
  private var cursor: GGUFCursor

  /// What ggml's own reader takes: names of at most 63 bytes, four dimensions.
  private static let nameLimit = 63
  private static let dimensionLimit = 4
  private static let keyLimit = 65_535
  /// The smallest setting: a key's length, a key of one byte, a type, a value of one.
  private static let settingBytes = 8 + 1 + 4 + 1
  /// The smallest tensor: a name's length, a name of one byte, one dimension, a type, an offset.
  private static let tensorBytes = 8 + 1 + 4 + 8 + 4 + 8
  /// The largest alignment that is believed.
  private static let alignmentLimit = 1 << 20

  init(of file: OpenFile) throws(CheckpointError) {
    try file.refusePointer()
    cursor = GGUFCursor(file)
    try readVersion()
    let tensorCount = try cursor.number(UInt64.self)
    let settingCount = try cursor.number(UInt64.self)
    try check(settingCount, "settings", Self.settingBytes)
    for _ in 0..<settingCount { try readSetting() }
    try check(tensorCount, "tensors", Self.tensorBytes)
    var infos: [(entry: GGUFFile.Entry, offset: UInt64)] = []
    var names: Set<String> = []
    for _ in 0..<tensorCount {
      let info = try tensor()
      guard names.insert(info.entry.name).inserted else {
        throw bad(info.entry.name, "is there twice")
      }
      infos.append(info)
    }
    entries = try placed(infos, byteCount: file.byteCount)
  }

  private mutating func readVersion() throws(CheckpointError) {
    guard cursor.remaining >= 4 else {
      throw .fileEnds(path: cursor.file.path, end: cursor.remaining, needed: 24, tensor: nil)
    }
    let magic = try cursor.number(UInt32.self)
    guard magic == 0x4655_4747 else {
      throw cursor.fault(.notGGUF(found: (0..<4).map { UInt8(magic >> (8 * $0) & 255) }))
    }
    let version = try cursor.number(UInt32.self)
    // Version 1 had 32 bits for counts; 2 differs from 3 in nothing that is read here.
    guard version == 2 || version == 3 else {
      throw cursor.fault((1...3).contains(version.byteSwapped) ? .bigEndian : .version(version))
    }
  }

  private func check(
    _ count: UInt64, _ things: String, _ least: Int
  ) throws(CheckpointError) {
    guard count <= UInt64(cursor.remaining / least) else {
      throw cursor.fault(.count(of: things, count))
    }
  }

  private mutating func readSetting() throws(CheckpointError) {
    let start = cursor.offset
    let key = try cursor.text("the key of a setting", limit: Self.keyLimit)
    guard !key.isEmpty else { throw cursor.bad("a setting has no key", at: start) }
    let kind = try cursor.kind(key: key)
    guard settings.updateValue(try cursor.value(kind, key: key), forKey: key) == nil else {
      throw cursor.fault(.badSetting(key: key, reason: "is there twice"))
    }
    guard key != Self.alignmentKey || kind == .uint32 else {
      throw cursor.fault(.badSetting(key: key, reason: "is not a whole number of 32 bits"))
    }
  }

  private static let alignmentKey = "general.alignment"

  /// What the tensors' offsets are multiples of.
  private func alignment() throws(CheckpointError) -> Int {
    guard let value = settings[Self.alignmentKey]?.integer else { return 32 }
    guard (1...Self.alignmentLimit).contains(value), value & (value - 1) == 0 else {
      throw cursor.fault(
        .badSetting(
          key: Self.alignmentKey,
          reason: "is \(value) instead of a power of two up to \(Self.alignmentLimit)"))
    }
    return value
  }

  private mutating func tensor() throws(CheckpointError) -> (
    entry: GGUFFile.Entry, offset: UInt64
  ) {
    let start = cursor.offset
    let name = try cursor.text("the name of a tensor", limit: Self.nameLimit)
    guard !name.isEmpty else { throw cursor.bad("a tensor has no name", at: start) }
    let dimensions = try cursor.number(UInt32.self)
    guard (1...UInt32(Self.dimensionLimit)).contains(dimensions) else {
      throw bad(name, "has \(dimensions) dimensions instead of 1 to \(Self.dimensionLimit)")
    }
    var shape: [Int] = []
    for _ in 0..<dimensions {
      let size = try cursor.number(UInt64.self)
      guard size > 0, let size = Int(exactly: size) else {
        throw bad(name, "has a dimension of \(size)")
      }
      // The file has the innermost first.
      shape.insert(size, at: 0)
    }
    let number = try cursor.number(UInt32.self)
    guard let type = GGUFTensorType(rawValue: number) else {
      throw cursor.fault(.unknownType(tensor: name, number: number))
    }
    let byteCount = try byteCount(name, shape, type)
    let offset = try cursor.number(UInt64.self)
    return (.init(name: name, type: type, shape: shape, bytes: 0..<byteCount), offset)
  }

  private func byteCount(
    _ name: String, _ shape: [Int], _ type: GGUFTensorType
  ) throws(CheckpointError) -> Int {
    var count = 1
    for size in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow else { throw bad(name, "has the shape \(shape), which exceeds 64 bits") }
      count = product
    }
    guard (shape.last ?? 1) % type.blockCount == 0 else {
      throw bad(
        name,
        "has rows of \(shape.last ?? 1), no multiple of \(type.name)'s blocks of "
          + "\(type.blockCount)")
    }
    guard let bytes = type.byteCount(of: count), bytes <= Int.max / 2 else {
      throw bad(name, "has the shape \(shape), whose bytes exceed 64 bits")
    }
    return bytes
  }

  /// The tensors with their places in the file.
  private func placed(
    _ infos: [(entry: GGUFFile.Entry, offset: UInt64)], byteCount: Int
  ) throws(CheckpointError) -> [GGUFFile.Entry] {
    let alignment = try alignment()
    func aligned(_ place: Int) -> Int { (place + alignment - 1) / alignment * alignment }
    let dataStart = aligned(cursor.offset)
    var end = 0
    var entries: [GGUFFile.Entry] = []
    for (entry, offset) in infos {
      guard offset == UInt64(end) else {
        throw bad(entry.name, "begins at byte \(offset) of the data instead of \(end)")
      }
      let start = dataStart + end
      // Neither sum can overflow: what precedes a tensor lies in the file.
      guard entry.bytes.count <= byteCount - min(start, byteCount) else {
        throw .fileEnds(
          path: cursor.file.path, end: byteCount, needed: start + entry.bytes.count,
          tensor: entry.name)
      }
      entries.append(
        .init(
          name: entry.name, type: entry.type, shape: entry.shape,
          bytes: start..<start + entry.bytes.count))
      end = aligned(end + entry.bytes.count)
    }
    return entries
  }

  private func bad(_ name: String, _ reason: String) -> CheckpointError {
    cursor.fault(.badTensor(name: name, reason: reason))
  }
}
