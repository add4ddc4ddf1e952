import Serialization

/// What is known of a file that was uploaded or made here.
struct StoredFile: Hashable, Sendable {
  /// `file-` and letters.
  let id: String
  /// Its name, as whoever uploaded it called it.
  let name: String
  /// Its size in bytes.
  let byteCount: Int
  /// When it came, in seconds since 1970.
  let createdAt: Int
  /// When it goes; nil for never.
  var expiresAt: Int?
  /// What it is for.
  let purpose: Purpose

  /// What a file may be for.
  enum Purpose: String, CaseIterable, Sendable {
    case fineTune = "fine-tune"
    case results = "fine-tune-results"

    /// Those that may be uploaded.
    static let uploaded: [Purpose] = [.fineTune]
  }

  /// What its bytes are kept as; the ending tells people what is in it.
  var storedName: String { id + (purpose == .fineTune ? ".jsonl" : ".csv") }

  /// As the API gives it.
  var json: JSONValue {
    var fields: JSONObject = [
      "id": .string(id), "object": "file", "bytes": .integer(byteCount),
      "created_at": .integer(createdAt), "filename": .string(name),
      "purpose": .string(purpose.rawValue), "status": "processed",
    ]
    // A file that stays has no such field: null is none of its types.
    fields["expires_at"] = expiresAt.map { .integer($0) }
    return .object(fields)
  }

  init(
    id: String, name: String, byteCount: Int, createdAt: Int, expiresAt: Int?, purpose: Purpose
  ) {
    (self.id, self.name, self.byteCount) = (id, name, byteCount)
    (self.createdAt, self.expiresAt, self.purpose) = (createdAt, expiresAt, purpose)
  }

  /// Reads what ``json`` wrote; nil when it is nothing of the kind.
  init?(_ json: JSONValue) {
    guard let id = json["id"]?.string, Identifier.isOne(id, "file-"),
      let name = json["filename"]?.string, let byteCount = json["bytes"]?.int,
      let createdAt = json["created_at"]?.int,
      let purpose = json["purpose"]?.string.flatMap(Purpose.init)
    else { return nil }
    self.init(
      id: id, name: name, byteCount: byteCount, createdAt: createdAt,
      expiresAt: json["expires_at"]?.int, purpose: purpose)
  }
}
