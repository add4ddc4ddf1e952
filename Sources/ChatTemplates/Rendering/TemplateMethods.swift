/// The names of the methods that values have in Python, as far as a template may call them.
///
/// A name counts as an attribute even where nobody calls it: `message.items` is the method, whatever
/// key the message has.
enum TemplateMethods {
  static func of(_ value: TemplateValue) -> Set<String> {
    switch value {
    case .string: texts
    case .map: maps
    case .list(let list):
      switch list.form {
      case .list: lists
      case .tuple, .group, .range: ["count", "index"]
      case .view, .generator: []
      }
    case .loop: ["cycle", "changed"]
    case .turner: ["next", "reset"]
    default: []
    }
  }

  private static let texts: Set<String> = [
    "capitalize", "casefold", "center", "count", "endswith", "expandtabs", "find", "format",
    "format_map", "index", "isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "islower",
    "isnumeric", "isprintable", "isspace", "istitle", "isupper", "join", "ljust", "lower",
    "lstrip", "partition", "removeprefix", "removesuffix", "replace", "rfind", "rindex", "rjust",
    "rpartition", "rsplit", "rstrip", "split", "splitlines", "startswith", "strip", "swapcase",
    "title", "upper", "zfill", "encode", "isidentifier", "maketrans", "translate",
  ]
  static let maps: Set<String> = [
    "clear", "copy", "fromkeys", "get", "items", "keys", "pop", "popitem", "setdefault", "update",
    "values",
  ]
  private static let lists: Set<String> = [
    "append", "clear", "copy", "count", "extend", "index", "insert", "pop", "remove", "reverse",
    "sort",
  ]
  /// Methods that look at no more than the ends of a text.
  static let lookingAtEnds: Set<String> = [
    "endswith", "lstrip", "removeprefix", "removesuffix", "rstrip", "startswith", "strip",
  ]
  /// Methods that change their owner, which a template may not.
  static let changing: Set<String> = [
    "append", "clear", "extend", "insert", "pop", "popitem", "remove", "reverse", "setdefault",
    "sort", "update",
  ]
}

/// Methods of texts, maps, lists and loops.
extension TemplateRenderer {
  func method(
    _ name: String, of owner: TemplateValue, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    switch owner {
    case .string(let text):
      if TemplateMethods.lookingAtEnds.contains(name) {
        try chargeText(text.byteCount, copied: text.weight)
      } else {
        try chargeScan(text)
      }
      return try counted(textMethod(name, text, call))
    case .map(let map): return try mapMethod(name, map, call)
    case .list(let list): return try listMethod(name, list, call)
    case .loop(let loop): return try loopMethod(name, loop, call)
    case .turner(let place):
      if name == "next" { return turners[place].next() }
      turners[place].reset()
      return .none
    default: throw unsupported("method", name)
    }
  }

  private func mapMethod(
    _ name: String, _ map: TemplateMap, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    switch name {
    case "get":
      guard let key = call.plain.first else { throw wrongKind("`get`", "no key") }
      return value(at: key, in: map) ?? (call.plain.count > 1 ? call.plain[1] : .none)
    case "items":
      return try list(try pairs(of: map), as: .view("dict_items"))
    case "keys": return try list(map.entries.map(\.key), as: .view("dict_keys"))
    case "values":
      for (key, value) in map.entries { markRead(key, value) }
      return try list(map.entries.map(\.value), as: .view("dict_values"))
    case "copy": return .map(map)
    default: throw unsupported("method", name)
    }
  }

  /// The keys and values of a map as pairs.
  func pairs(of map: TemplateMap) throws(ChatTemplateError) -> [TemplateValue] {
    var pairs: [TemplateValue] = []
    for (key, value) in map.entries {
      markRead(key, value)
      pairs.append(try list([key, value], as: .tuple))
    }
    return pairs
  }

  private func listMethod(
    _ name: String, _ list: TemplateList, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    switch name {
    case "copy": return .list(list)
    case "index", "count":
      guard let wanted = call.plain.first else { throw wrongKind("`\(name)`", "no value") }
      var places: [Int] = []
      for (place, item) in list.items.enumerated() where try equal(item, wanted) {
        places.append(place)
      }
      if name == "count" { return .int(places.count) }
      guard let place = places.first else {
        throw wrongKind("`index`", "a value that is not there")
      }
      return .int(place)
    default: throw unsupported("method", name)
    }
  }

  /// `cycle` takes its arguments in turn; `changed` tells whether they are others than the last time.
  private func loopMethod(
    _ name: String, _ loop: TemplateLoop, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    guard name == "changed" else {
      guard !call.plain.isEmpty else { throw wrongKind("`cycle`", "no values") }
      return call.plain[loop.index % call.plain.count]
    }
    let values = try list(call.plain, as: .tuple)
    guard changedValues.indices.contains(loop.place) else { return .bool(true) }
    let isSame = try changedValues[loop.place].map {
      (last) throws(ChatTemplateError) in try equal(last, values)
    }
    changedValues[loop.place] = values
    return .bool(isSame != true)
  }
}
