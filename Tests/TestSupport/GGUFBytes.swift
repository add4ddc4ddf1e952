/// The bytes of a GGUF file, put together by hand so that each may be wrong.
package struct GGUFBytes {
  package private(set) var bytes: [UInt8]

  /// A beginning with its counts; nothing is checked.
  package init(
    magic: String = "GGUF", version: UInt32 = 3, tensors: UInt64 = 0, settings: UInt64 = 0
  ) {
    bytes = Array(magic.utf8)
    add(version)
    add(tensors)
    add(settings)
  }

  package mutating func add<Number: FixedWidthInteger>(_ number: Number) {
    for shift in stride(from: 0, to: Number.bitWidth, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> Number(shift)))
    }
  }

  package mutating func add(_ text: String, length: UInt64? = nil) {
    add(length ?? UInt64(text.utf8.count))
    bytes += Array(text.utf8)
  }

  /// Adds a setting whose value is a number of the type `kind`.
  package mutating func setting<Number: FixedWidthInteger>(
    _ key: String, kind: UInt32, _ value: Number
  ) {
    add(key)
    add(kind)
    add(value)
  }

  package mutating func setting(_ key: String, _ text: String) {
    add(key)
    add(UInt32(8))
    add(text)
  }

  package mutating func tensor(
    _ name: String, _ sizes: [UInt64], type: UInt32 = 0, offset: UInt64 = 0
  ) {
    add(name)
    add(UInt32(sizes.count))
    for size in sizes { add(size) }
    add(type)
    add(offset)
  }

  /// Fills up to the alignment and adds `count` bytes of data.
  package mutating func data(_ count: Int, alignment: Int = 32) {
    while bytes.count % alignment != 0 { bytes.append(0) }
    bytes += [UInt8](repeating: 0, count: count)
  }
}
