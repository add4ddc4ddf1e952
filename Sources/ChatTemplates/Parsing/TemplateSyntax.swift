/// A statement of a template.
struct TemplateNode: Sendable {
  indirect enum Kind: Sendable {
    case text(TemplateText)
    case output(TemplateExpression)
    case condition([(test: TemplateExpression, body: [TemplateNode])], otherwise: [TemplateNode])
    case loop(TemplateFor)
    case set(TemplateTarget, TemplateExpression)
    /// The target gets what the filters make of ``TemplateExpression/captured``.
    case setBlock(target: TemplateTarget, TemplateExpression, [TemplateNode])
    case macro(TemplateMacro)
    /// Calls a macro, which may call the body as `caller`.
    case callBlock(TemplateExpression, TemplateArguments, caller: TemplateMacro)
    /// What the assistant writes; a scope of its own.
    case generation([TemplateNode])
    case with([(target: String, value: TemplateExpression)], [TemplateNode])
    /// Writes what the filters make of ``TemplateExpression/captured``.
    case filter(TemplateExpression, [TemplateNode])
    case breakLoop
    case continueLoop
  }
  let kind: Kind
  let line: Int
}

/// A loop: `{% for target in items if condition %} body {% else %} otherwise {% endfor %}`.
struct TemplateFor: Sendable {
  let target: TemplateTarget
  let items: TemplateExpression
  let condition: TemplateExpression?
  let body: [TemplateNode]
  let otherwise: [TemplateNode]
  /// Whether `loop(…)` in the body runs it again with other items.
  var isRecursive = false
}

/// A function of the template's own: `{% macro name(parameters) %} body {% endmacro %}`.
struct TemplateMacro: Sendable {
  let name: String
  let parameters: [(name: String, fallback: TemplateExpression?)]
  let body: [TemplateNode]
  /// Which of `varargs`, `kwargs` and `caller` the body names: only then it takes such arguments.
  let catches: Set<String>
}

/// What a `{% set %}` or a `{% for %}` gives a value to.
indirect enum TemplateTarget: Sendable {
  case name(String)
  /// An attribute of a namespace.
  case attribute(String, String)
  /// Several, between which a list is divided.
  case tuple([TemplateTarget])
}

/// What stands between the parentheses of a call.
struct TemplateArguments: Sendable {
  var plain: [TemplateExpression] = []
  var named: [(name: String, value: TemplateExpression)] = []
  /// A list of further arguments, after `*`.
  var list: TemplateExpression?
  /// A map of further named ones, after `**`.
  var map: TemplateExpression?
}

/// What is asked for after a point: `base.name`.
struct TemplateAttribute: Sendable {
  let name: String
  /// The name as the key that a map may have.
  let key: TemplateValue
  /// Whether maps have a method of this name, which comes before the key.
  let isMethodOfMaps: Bool

  init(_ name: String) {
    self.name = name
    key = .text(name)
    isMethodOfMaps = TemplateMethods.maps.contains(name)
  }
}

/// An operator between two values.
enum TemplateOperator: String, Sendable {
  case or, and
  case plus = "+"
  case minus = "-"
  case join = "~"
  case times = "*"
  case divide = "/"
  case divideWhole = "//"
  case remainder = "%"
  case power = "**"

  /// How closely it binds; `not` is 3, comparisons 4.
  var precedence: Int {
    switch self {
    case .or: 1
    case .and: 2
    case .plus, .minus: 5
    case .join: 6
    case .times, .divide, .divideWhole, .remainder: 7
    case .power: 8
    }
  }
}

/// An expression of a template.
indirect enum TemplateExpression: Sendable {
  case constant(TemplateValue)
  case name(String)
  case list([TemplateExpression])
  case tuple([TemplateExpression])
  /// The text that a block wrote, for the filters of the block.
  case captured
  case map([(TemplateExpression, TemplateExpression)])
  case attribute(TemplateExpression, TemplateAttribute)
  case item(TemplateExpression, TemplateExpression)
  case slice(TemplateExpression, [TemplateExpression?])
  case call(TemplateExpression, TemplateArguments)
  case filter(TemplateExpression, String, TemplateArguments)
  case test(TemplateExpression, String, TemplateArguments, isNegated: Bool)
  case negative(TemplateExpression)
  case not(TemplateExpression)
  case binary(TemplateOperator, TemplateExpression, TemplateExpression)
  /// `a < b < c`: each pair must hold.
  case comparison(TemplateExpression, [(sign: String, value: TemplateExpression)])
  case conditional(TemplateExpression, then: TemplateExpression, otherwise: TemplateExpression?)
}

/// The bounds that keep a hostile template from running away.
enum TemplateLimit {
  /// Levels of statements, parentheses, macro calls and nested lists.
  static let depth = 100
  /// Operators, calls and filters of one statement.
  static let chain = 200
  /// Steps of rendering; what is long counts as more than one, so that a step is at most some hundred
  /// nanoseconds and bytes of memory.
  static let steps = 1_000_000
  /// Bytes of the output and of any text on the way.
  static let bytes = 1 << 20
  /// Bytes that one step copies.
  static let copied = 64
  /// Bytes that one step looks through scalar by scalar.
  static let scanned = 8
  /// Values of a tuple that is a key.
  static let keyParts = 100
}
