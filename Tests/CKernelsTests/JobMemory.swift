/// Calls `body` with a pointer to a copy of each array, for jobs to hold, and returns what the
/// copies hold afterwards.
func onMemory(
  _ arrays: [Float]..., body: ([UnsafeMutablePointer<Float>]) -> Void
) -> [[Float]] {
  let pointers = arrays.map { array in
    // Room for one more, so that an empty array has an address, too.
    let pointer = UnsafeMutablePointer<Float>.allocate(capacity: array.count + 1)
    pointer.initialize(from: array, count: array.count)
    return pointer
  }
  defer { for pointer in pointers { pointer.deallocate() } }
  body(pointers)
  return zip(pointers, arrays).map { Array(UnsafeBufferPointer(start: $0, count: $1.count)) }
}

/// As many numbers as a kernel is to write: one it leaves out would show.
func unwritten(_ count: Int) -> [Float] { [Float](repeating: .nan, count: count) }
