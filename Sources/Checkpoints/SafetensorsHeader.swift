import Serialization

/// The header of a safetensors file, read and checked.
struct SafetensorsHeader {
  private(set) var metadata: [String: String] = [:]
  private(set) var entries: [Safetensors.Entry] = []
  /// Where each name stands in `entries`.
  private(set) var places: [String: Int] = [:]
  private let path: String

  init(of file: OpenFile) throws(CheckpointError) {
    path = file.path
    try file.refusePointer()
    guard file.byteCount >= 8 else {
      throw .fileEnds(path: path, end: file.byteCount, needed: 8, tensor: nil)
    }
    let length = try file.bytes(8, at: 0).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(Safetensors.headerLimit) else {
      throw .headerTooLong(path: path, length: length, limit: Safetensors.headerLimit)
    }
    let dataStart = 8 + Int(length)
    guard dataStart <= file.byteCount else {
      throw .fileEnds(path: path, end: file.byteCount, needed: dataStart, tensor: nil)
    }
    let header = try Self.object(in: try file.bytes(Int(length), at: 8), of: path)
    for (name, value) in header.entries {
      if name == "__metadata__" {
        metadata = try texts(value)
      } else {
        entries.append(try entry(name, value))
      }
    }
    try checkCoverage(byteCount: file.byteCount - dataStart)
    entries = entries.map { $0.moved(by: dataStart) }
    try indexNames()
  }

  private static func object(
    in bytes: [UInt8], of path: String
  ) throws(CheckpointError) -> JSONObject {
    guard bytes.first == UInt8(ascii: "{") else {
      throw .badHeader(path: path, reason: "the header does not begin with `{` at byte 8")
    }
    guard countsKeys(of: bytes, upTo: Safetensors.keyLimit) else {
      throw .headerOfTooManyKeys(path: path, limit: Safetensors.keyLimit)
    }
    do throws(JSONError) {
      return try JSONValue(parsing: bytes).object ?? [:]
    } catch {
      let place = "at byte \(error.offset + 8) of the file, in the header: "
      throw .badHeader(path: path, reason: place + error.message)
    }
  }

  /// Whether there are at most `limit` keys: colons outside texts, whether or not it is JSON.
  ///
  /// To read 25 MB of the shortest keys takes seconds and gigabytes; to count them, a moment.
  private static func countsKeys(of bytes: [UInt8], upTo limit: Int) -> Bool {
    // Safety: the buffer's own count bounds `place`.
    bytes.withUnsafeBufferPointer { bytes in
      var (count, place, isInText) = (0, 0, false)
      while place < bytes.count {
        switch bytes[place] {
        case UInt8(ascii: "\""): isInText.toggle()
        case UInt8(ascii: "\\") where isInText: place += 1
        case UInt8(ascii: ":") where !isInText: count += 1
        default: break
        }
        place += 1
      }
      return count <= limit
    }
  }

  private func texts(_ value: JSONValue) throws(CheckpointError) -> [String: String] {
    guard let object = value.object else {
      throw .badHeader(path: path, reason: "__metadata__ is \(value.kind), not an object")
    }
    var texts: [String: String] = [:]
    for (key, value) in object.entries {
      guard let text = value.string else {
        throw .badHeader(
          path: path, reason: "__metadata__ `\(shown(key))` is \(value.kind), not a text")
      }
      texts[key] = text
    }
    return texts
  }

  /// Reads one entry; its bytes are still counted from the beginning of the data.
  private func entry(
    _ name: String, _ value: JSONValue
  ) throws(CheckpointError) -> Safetensors.Entry {
    func bad(_ fault: TensorFault) -> CheckpointError {
      .badTensor(path: path, tensor: name, fault: fault)
    }
    if let reason = Self.faultOfName(name) { throw bad(.badName(reason: reason)) }
    guard let fields = value.object else { throw bad(.notAnObject(found: value.kind)) }
    let known = ["dtype", "shape", "data_offsets"]
    if let other = fields.keys.first(where: { !known.contains($0) }) {
      throw bad(.unknownField(other))
    }
    if let missing = known.first(where: { fields[$0] == nil }) { throw bad(.missingField(missing)) }
    let typeValue = fields["dtype"] ?? .null
    guard let type = typeValue.string, let bits = Self.bitsOfType[type] else {
      throw bad(.unknownType(typeValue.text))
    }
    let shapeValue = fields["shape"] ?? .null
    guard let shape = Self.sizes(shapeValue) else { throw bad(.badShape(shapeValue.text)) }
    guard let expected = Self.byteCount(shape, bits: bits) else { throw bad(.shapeTooLarge(shape)) }
    let offsetsValue = fields["data_offsets"] ?? .null
    guard let offsets = Self.sizes(offsetsValue), offsets.count == 2, offsets[0] <= offsets[1]
    else {
      throw bad(.badOffsets(offsetsValue.text))
    }
    let found = offsets[1] - offsets[0]
    guard found == expected else {
      throw bad(.wrongByteCount(type: type, shape: shape, expected: expected, found: found))
    }
    return Safetensors.Entry(
      name: name, type: type, shape: shape, bytes: offsets[0]..<offsets[1])
  }

  /// Sorts the entries by their bytes and checks that these cover the data exactly.
  private mutating func checkCoverage(byteCount: Int) throws(CheckpointError) {
    entries.sort {
      ($0.bytes.lowerBound, $0.bytes.upperBound, $0.name)
        < ($1.bytes.lowerBound, $1.bytes.upperBound, $1.name)
    }
    var end = 0
    var last = ""
    for entry in entries {
      let begin = entry.bytes.lowerBound
      var fault: TensorFault?
      if begin < end { fault = .overlaps(other: last, begin: begin, otherEnd: end) }
      if begin > end { fault = .hole(begin: begin, previousEnd: end) }
      if entry.bytes.upperBound > byteCount {
        fault = .pastEnd(end: entry.bytes.upperBound, dataByteCount: byteCount)
      }
      if let fault { throw .badTensor(path: path, tensor: entry.name, fault: fault) }
      end = entry.bytes.upperBound
      last = entry.name
    }
    guard end == byteCount else { throw .bytesWithoutTensor(path: path, range: end..<byteCount) }
  }

  private mutating func indexNames() throws(CheckpointError) {
    for (place, entry) in entries.enumerated() {
      // JSON tells such names apart, a dictionary of texts does not.
      guard places.updateValue(place, forKey: entry.name) == nil else {
        throw .badTensor(
          path: path, tensor: entry.name,
          fault: .badName(reason: "differs from another only in how its accents are encoded"))
      }
    }
  }

  private static func faultOfName(_ name: String) -> String? {
    if name.isEmpty { return "is empty" }
    if name.utf8.count > 1000 { return "is longer than 1000 bytes" }
    let hasControl = name.unicodeScalars.contains { $0.properties.generalCategory == .control }
    return hasControl ? "holds a control character" : nil
  }

  /// The whole numbers of an array, when none is negative.
  private static func sizes(_ value: JSONValue) -> [Int]? {
    guard let elements = value.array else { return nil }
    var sizes: [Int] = []
    for element in elements {
      // `1.0` and `1e3` are no sizes: writers never write them.
      guard case .integer(let size) = element, size >= 0 else { return nil }
      sizes.append(size)
    }
    return sizes
  }

  /// The bytes of a shape; nil when they exceed 64 bits or do not come out whole.
  private static func byteCount(_ shape: [Int], bits: Int) -> Int? {
    var count = bits
    for size in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow else { return nil }
      count = product
    }
    return count % 8 == 0 ? count / 8 : nil
  }

  private static let bitsOfType: [String: Int] = [
    "BOOL": 8, "U8": 8, "I8": 8, "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8, "F4": 4,
    "F6_E2M3": 6, "F6_E3M2": 6, "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32,
    "F32": 32, "I64": 64, "U64": 64, "F64": 64, "C64": 64,
  ]
}

extension Safetensors.Entry {
  fileprivate func moved(by offset: Int) -> Self {
    Self(
      name: name, type: type, shape: shape,
      bytes: bytes.lowerBound + offset..<bytes.upperBound + offset)
  }
}
