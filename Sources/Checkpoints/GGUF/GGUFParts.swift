package import Tensors

/// A model in GGUF form: one file, or several that hold a part of its tensors each.
package struct GGUFParts: Sendable {
  /// The file, or the first of several.
  package let path: String
  /// The settings, which the first of several files has.
  package private(set) var settings: [String: GGUFValue]
  private let owners: [String: Owner]

  private struct Owner: Sendable {
    let file: GGUFFile
    let entry: GGUFFile.Entry
  }

  /// Most parts that are opened.
  private static let limit = 512

  /// Opens a file, and the other parts when it is one of several, whichever it is.
  package init(path given: String) throws(CheckpointError) {
    let name = PartName(given)
    let first = try GGUFFile(path: name.map { $0.path(of: 1) } ?? given)
    path = first.path
    settings = first.settings
    var files = [first]
    let count = first.settings[Self.countKey]?.integer ?? 1
    if count > 1 {
      guard let name, name.count == count, count <= Self.limit else {
        throw .gguf(
          path: path,
          .badPart(
            name: path,
            reason: "should be called …-00001-of-\(PartName.digits(count)).gguf, as the others are")
        )
      }
      for number in 2...count { files.append(try Self.part(number, of: name, first)) }
    }
    owners = try Self.owners(files)
    let stated = first.settings[Self.tensorsKey]?.integer
    guard stated == nil || count == 1 || stated == owners.count else {
      throw .gguf(
        path: path,
        .badPart(
          name: path, reason: "lists \(stated ?? 0) tensors, and all parts have \(owners.count)"))
    }
  }

  private static let countKey = "split.count"
  private static let numberKey = "split.no"
  private static let tensorsKey = "split.tensors.count"

  private static func part(
    _ number: Int, of name: PartName, _ first: GGUFFile
  ) throws(CheckpointError) -> GGUFFile {
    let path = name.path(of: number)
    guard OpenFile.exists(path) else {
      throw .gguf(path: first.path, .badPart(name: path, reason: "is not there"))
    }
    let file = try GGUFFile(path: path)
    // Parts are counted from 0 inside the files.
    guard file.settings[countKey]?.integer == name.count,
      file.settings[numberKey]?.integer == number - 1
    else {
      throw .gguf(
        path: first.path,
        .badPart(name: path, reason: "says that it is another part, or of another file"))
    }
    return file
  }

  private static func owners(_ files: [GGUFFile]) throws(CheckpointError) -> [String: Owner] {
    var owners: [String: Owner] = [:]
    for file in files.map(\.withoutSettings) {
      for entry in file.entries {
        if let other = owners.updateValue(Owner(file: file, entry: entry), forKey: entry.name) {
          throw .tensorTwice(name: entry.name, first: other.file.path, second: file.path)
        }
      }
    }
    return owners
  }

  /// Lets go of the settings, once they were read.
  package mutating func forgetSettings() { settings = [:] }

  /// The names of all tensors, sorted.
  package var tensorNames: [String] { owners.keys.sorted() }

  /// The bytes of all tensors.
  package var byteCount: Int { owners.values.reduce(0) { $0 + $1.entry.bytes.count } }

  /// What a tensor is; nil when there is none of that name.
  package func entry(named name: String) -> GGUFFile.Entry? { owners[name]?.entry }

  /// Reads a tensor, or a member of one that has several along its first dimension, widened to
  /// float32; see ``GGUFFile``.
  package func tensor(
    named name: String, member: Int? = nil, order: [Int32]? = nil, on device: any Device
  ) throws(CheckpointError) -> Tensor {
    let owner = try owner(of: name)
    return try owner.file.tensor(owner.entry.member(member), order: order, on: device)
  }

  /// Reads a small tensor's numbers on the host, such as the factors of rotary positions.
  package func numbers(named name: String) throws(CheckpointError) -> [Float] {
    let owner = try owner(of: name)
    return try owner.file.numbers(owner.entry)
  }

  /// Reads a matrix in the file's own format, when its type is one that is packed as it is.
  package func packed(
    named name: String, member: Int? = nil, order: [Int32]? = nil, on device: any Device
  ) throws(CheckpointError) -> PackedMatrix? {
    let owner = try owner(of: name)
    guard let format = owner.entry.type.packedFormat else { return nil }
    return try owner.file.packed(
      owner.entry.member(member), as: format, order: order, on: device)
  }

  /// Refuses files that were written to since they were opened.
  package func checkUnchanged() throws(CheckpointError) {
    for owner in owners.values { try owner.file.checkUnchanged() }
  }

  /// What all numbers follow from; nil when the system does not say.
  package var sources: WeightSources? {
    let files = Dictionary(owners.values.map { ($0.file.path, $0.file) }) { first, _ in first }
    return WeightSources(files.sorted { $0.key < $1.key }.map(\.value.identity), reading: "")
  }

  private func owner(of name: String) throws(CheckpointError) -> Owner {
    guard let owner = owners[name] else { throw .missingTensor(name: name, path: path) }
    return owner
  }
}

extension GGUFTensorType {
  /// The format in which matrices of this type are packed as they are.
  package var packedFormat: WeightFormat? {
    switch self {
    case .q80: .q80
    case .q40: .q40
    case .q41: .q41
    default: nil
    }
  }
}

/// The name of a file that is one of several: `model-00002-of-00005.gguf`.
private struct PartName {
  private let beginning: String
  let count: Int

  init?(_ path: String) {
    let ending = "-00001-of-00001.gguf"
    let parts = path.suffix(ending.utf8.count).split(
      separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0].isEmpty, parts[2] == "of", parts[3].hasSuffix(".gguf"),
      parts[1].count == 5, Int(parts[1]) != nil, let count = Int(parts[3].dropLast(5))
    else { return nil }
    beginning = String(path.dropLast(ending.utf8.count))
    self.count = count
  }

  func path(of number: Int) -> String {
    "\(beginning)-\(Self.digits(number))-of-\(Self.digits(count)).gguf"
  }

  static func digits(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }
}
