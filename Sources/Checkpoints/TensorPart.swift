/// Some of a tensor's elements, which lie together, as a tensor of their own.
package struct TensorPart: Hashable, Sendable {
  /// The sizes of the part.
  package let shape: [Int]
  /// The first of its elements.
  package let start: Int

  package init(shape: [Int], start: Int) {
    self.shape = shape
    self.start = start
  }

  /// How many elements there are.
  package var count: Int { shape.reduce(1, *) }
}
