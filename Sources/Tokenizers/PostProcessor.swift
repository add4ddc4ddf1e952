import Serialization

/// What is put around a text's ids when special tokens are asked for.
struct PostProcessor: Sendable {
  /// A part of a template.
  private enum Part {
    case text
    case tokens([Int32])
  }

  /// One template after the other; each takes the former's result for its text.
  private var templates: [[Part]]

  /// A processor that adds nothing.
  static let none = PostProcessor(templates: [])

  private init(templates: [[Part]]) { self.templates = templates }

  init(_ section: FileSection, _ vocabulary: Vocabulary) throws(TokenizerError) {
    switch try section.string("type") {
    case "Sequence":
      templates = []
      for step in try section.sections("processors") {
        templates += try PostProcessor(step, vocabulary).templates
      }
    case "TemplateProcessing": templates = [try Self.template(section, vocabulary)]
    case "BertProcessing", "RobertaProcessing":
      let begin = try Self.pair("cls", of: section, vocabulary)
      let end = try Self.pair("sep", of: section, vocabulary)
      templates = [[.tokens([begin]), .text, .tokens([end])]]
    case "ByteLevel": templates = []  // It trims offsets, which are not kept here.
    case let type:
      throw .unsupported(
        component: "post-processor", type: type,
        supported: [
          "Sequence", "TemplateProcessing", "BertProcessing", "RobertaProcessing", "ByteLevel",
        ])
    }
  }

  /// The tokens that stand before every text.
  var beginning: [Int32] {
    var beginning: [Int32] = []
    for template in templates {
      var added: [Int32] = []
      for part in template {
        guard case .tokens(let tokens) = part else { break }
        added += tokens
      }
      beginning = added + beginning
    }
    return beginning
  }

  /// Returns `ids` with the special tokens of the templates around them.
  func process(_ ids: [Int32]) -> [Int32] {
    templates.reduce(ids) { ids, template in
      template.flatMap { part in
        switch part {
        case .text: ids
        case .tokens(let tokens): tokens
        }
      }
    }
  }

  private static func template(
    _ section: FileSection, _ vocabulary: Vocabulary
  ) throws(TokenizerError) -> [Part] {
    var template: [Part] = []
    var textCount = 0
    for part in try section.sections("single") {
      if part.value("Sequence") != nil {
        template.append(.text)
        textCount += 1
      } else if let value = part.value("SpecialToken") {
        let token = try FileSection(value, path: "\(part.path).SpecialToken").string("id")
        template.append(.tokens(try tokens(named: token, section, vocabulary)))
      } else {
        throw .malformed(path: part.path, expected: "a Sequence or a SpecialToken")
      }
    }
    // Repeated in each of a few templates, a text would fill any memory.
    guard textCount == 1 else { throw section.malformed("single", "a list with one Sequence") }
    return template
  }

  private static func tokens(
    named name: String, _ section: FileSection, _ vocabulary: Vocabulary
  ) throws(TokenizerError) -> [Int32] {
    let path = "\(section.path).special_tokens"
    guard let table = section.value("special_tokens") else {
      throw section.malformed("special_tokens", "an object")
    }
    guard let value = try FileSection(table, path: path).value(name) else {
      throw .unknownToken(path: path, token: name)
    }
    var ids: [Int32] = []
    for value in try FileSection(value, path: "\(path).\(name)").array("ids") {
      ids.append(try id(value, path: "\(path).\(name)", vocabulary))
    }
    return ids
  }

  /// Reads the id of `key`, which is written as a token and its id.
  private static func pair(
    _ key: String, of section: FileSection, _ vocabulary: Vocabulary
  ) throws(TokenizerError) -> Int32 {
    let pair = try section.array(key)
    guard pair.count == 2, pair[0].string != nil else {
      throw section.malformed(key, "a token and its id")
    }
    return try id(pair[1], path: "\(section.path).\(key)", vocabulary)
  }

  private static func id(
    _ value: JSONValue, path: String, _ vocabulary: Vocabulary
  ) throws(TokenizerError) -> Int32 {
    guard let number = value.int, let id = Int32(exactly: number), vocabulary.token(of: id) != nil
    else { throw .unknownIdentifier(path: path, id: value.int ?? -1) }
    return id
  }
}
