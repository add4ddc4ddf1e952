import Serialization

/// Random numbers that are the same each time.
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: Int) { state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state &* 0x2545_F491_4F6C_DD1D
  }
}

/// Makes schemas by chance, of all keywords that are held.
struct RandomSchemas {
  private var numbers: SeededNumbers
  private static let names = ["a", "ab", "name", "k\u{E9}y", "a\"b", "", "id"]

  init(seed: Int) { numbers = SeededNumbers(seed: seed) }

  /// Returns a schema that may refer to itself.
  mutating func schema() -> JSONValue {
    var root = part(depth: 3).object ?? JSONObject()
    root["$defs"] = .object(JSONObject([("x", part(depth: 2)), ("y", part(depth: 1))]))
    return .object(root)
  }

  private mutating func chance(_ count: Int) -> Bool {
    Int.random(in: 0..<count, using: &numbers) == 0
  }

  private mutating func number(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &numbers)
  }

  private mutating func part(depth: Int) -> JSONValue {
    switch number(0...(depth > 0 ? 13 : 7)) {
    case 0: return string()
    case 1: return numeric("integer")
    case 2: return numeric("number")
    case 3: return ["type": "boolean", "description": "yes or no"]
    case 4: return ["type": ["null", "integer"], "minimum": 3]
    case 5: return ["enum": ["a", 1, nil, -2.5, [true, [:]], ["k": "v\n"]]]
    case 6: return ["const": .string(Self.names[number(0...6)])]
    case 7: return chance(2) ? string() : .object([:])
    case 8: return ["anyOf": .array((0...number(0...2)).map { _ in part(depth: depth - 1) })]
    case 9: return ["$ref": .string(["#", "#/$defs/x", "#/$defs/y"][number(0...2)])]
    case 10: return array(depth)
    case 11: return ["allOf": [part(depth: depth - 1), ["title": "t"]]]
    default: return object(depth)
    }
  }

  private mutating func string() -> JSONValue {
    var schema: JSONObject = ["type": "string"]
    switch number(0...3) {
    case 0:
      let least = number(0...4)
      schema["minLength"] = .integer(least)
      schema["maxLength"] = .integer(least + number(0...5))
    case 1:
      let patterns = [
        "^[a-z]{1,8}$", "^\\d{3}-\\d{4}$", "[0-9]", "^(a|bc)*d?$", "^[^\"a-f]+x$", "^.$",
      ]
      schema["pattern"] = .string(patterns[number(0...5)])
    default: break
    }
    return .object(schema)
  }

  private mutating func numeric(_ type: String) -> JSONValue {
    var schema: JSONObject = ["type": .string(type)]
    let least = Double(number(-2000...2000)) / (type == "number" ? 16 : 1)
    if chance(2) { schema[chance(2) ? "minimum" : "exclusiveMinimum"] = .number(least) }
    if chance(2) {
      schema[chance(2) ? "maximum" : "exclusiveMaximum"] = .number(least + Double(number(2...300)))
    }
    if chance(4), type == "integer" {
      schema = ["type": .string(type), "multipleOf": .integer(number(1...12)), "minimum": -50]
    }
    return .object(schema)
  }

  private mutating func array(_ depth: Int) -> JSONValue {
    var schema: JSONObject = ["type": "array"]
    if chance(3) {
      schema["prefixItems"] = .array((0...number(0...1)).map { _ in part(depth: depth - 1) })
    }
    if !chance(4) { schema["items"] = part(depth: depth - 1) }
    let least = number(0...2)
    if chance(2) { schema["minItems"] = .integer(least) }
    if chance(2) { schema["maxItems"] = .integer(least + number(0...2)) }
    return .object(schema)
  }

  private mutating func object(_ depth: Int) -> JSONValue {
    var (properties, required) = (JSONObject(), [JSONValue]())
    for name in Self.names where chance(3) {
      properties[name] = part(depth: depth - 1)
      if chance(2) { required.append(.string(name)) }
    }
    var schema: JSONObject = ["type": "object", "properties": .object(properties)]
    schema["required"] = .array(required)
    switch number(0...3) {
    case 0: schema["additionalProperties"] = false
    case 1: schema["additionalProperties"] = part(depth: depth - 1)
    case 2: schema["additionalProperties"] = true
    default: break
    }
    return .object(schema)
  }
}
