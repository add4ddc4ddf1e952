/// Which bytes of a kernel's arguments are of no field: what stands there is left from before, so that
/// equal arguments differ in them.
enum Padding {
  /// The bytes between fields of a struct of C; none where its fields cannot be told.
  static func places<Job>(of job: Job) -> [Int] {
    var fields: Set<Int> = []
    // A struct of C is as large as its stride; what else reflection leaves out is told by the end.
    guard MemoryLayout<Job>.size == MemoryLayout<Job>.stride,
      let end = note(job, at: 0, in: &fields), end == MemoryLayout<Job>.size
    else { return [] }
    return (0..<end).filter { !fields.contains($0) }
  }

  /// Notes the bytes that a value's fields have by the rules of C.
  ///
  /// It begins at `start`, and each field at the next multiple of its alignment. Returns where it ends; nil
  /// where its fields cannot be told.
  private static func note(_ value: Any, at start: Int, in fields: inout Set<Int>) -> Int? {
    let (size, alignment) = layout(value)
    let mirror = Mirror(reflecting: value)
    guard mirror.displayStyle == .struct, !mirror.children.isEmpty, !isNumber(value) else {
      fields.formUnion(start..<start + size)
      return start + size
    }
    var place = start
    for child in mirror.children {
      let alignment = layout(child.value).alignment
      place = (place + alignment - 1) / alignment * alignment
      guard let end = note(child.value, at: place, in: &fields) else { return nil }
      place = end
    }
    let end = (place + alignment - 1) / alignment * alignment
    // A field that reflection leaves out would be missing here.
    return end == start + (size + alignment - 1) / alignment * alignment ? end : nil
  }

  private static func isNumber(_ value: Any) -> Bool {
    value is any Numeric || value is Bool || value is any Strideable
  }

  private static func layout(_ value: Any) -> (size: Int, alignment: Int) {
    func of<Value>(_: Value) -> (size: Int, alignment: Int) {
      (MemoryLayout<Value>.size, MemoryLayout<Value>.alignment)
    }
    return _openExistential(value, do: of)
  }
}
