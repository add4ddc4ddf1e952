package import Reporting

/// A name with its place.
package struct Name: Hashable, Sendable {
  package let text: String
  package let span: SourceSpan
}

/// An order of a script.
package struct Statement: Hashable, Sendable {
  /// What a statement does.
  package indirect enum Kind: Hashable, Sendable {
    case variable(Name, Expression)
    /// `target = value`, or `target += value`.
    case assignment(Expression, adds: Bool, Expression)
    case conditional([Branch], otherwise: Block?)
    /// `for value in items`, or `for key, value in items`.
    case loop([Name], in: Expression, Block)
    case whileLoop(Expression, Block)
    case breakLoop
    case continueLoop
    case returnValue(Expression?)
    case procedure(ProcedureSyntax)
    case use(UseSyntax)
    case with(WithSyntax, Block)
    case check(Expression, message: Expression?)
    case attempt(Block, Name, Block)
    case print([Expression])
    case expression(Expression)
  }

  package let kind: Kind
  package let span: SourceSpan
}

/// One `if` or `else if`.
package struct Branch: Hashable, Sendable {
  package let condition: Expression
  package let block: Block
}

/// Statements in braces.
package struct Block: Hashable, Sendable {
  package let statements: [Statement]
  package let span: SourceSpan
}

/// A `proc` with its `##` lines.
package struct ProcedureSyntax: Hashable, Sendable {
  /// One parameter: `rank: int = 8`.
  package struct Parameter: Hashable, Sendable {
    package let name: Name
    /// The kind the author declared; `block` makes the last parameter take a `do` block.
    package let kind: Name?
    package let fallback: Expression?
  }

  package let name: Name
  package let parameters: [Parameter]
  package let body: Block
  /// The text of the `##` lines before it.
  package let documentation: [String]
}

/// `use sweep`, or `use "tools.ft" as tools`.
package struct UseSyntax: Hashable, Sendable {
  /// What stands after `use`.
  package enum Source: Hashable, Sendable {
    case standard(String)
    case file(String)
  }

  package let source: Source
  package let span: SourceSpan
  package let alias: Name?

  /// The name the module gets: the alias, or the file's name without its ending.
  package var name: String {
    if let alias { return alias.text }
    switch source {
    case .standard(let name): return name
    case .file(let path): return FileName.name(of: path)
    }
  }
}

/// A setting and its new value in `set` and `with`.
package struct SettingSyntax: Hashable, Sendable {
  package let name: Name
  package let value: Expression
}

/// What `with` changes for its block.
package indirect enum WithSyntax: Hashable, Sendable {
  /// `with lr 1e-4, rank 8 { … }`.
  case listed([SettingSyntax])
  /// `with (point) { … }`: a record whose fields are settings.
  case record(Expression)
}

/// Something with a value.
package struct Expression: Hashable, Sendable {
  /// How the value comes about.
  package indirect enum Kind: Hashable, Sendable {
    case null
    case bool(Bool)
    case number(NumberLiteral)
    /// Pieces of a text; interpolated ones are expressions.
    case text([Piece])
    case name(String)
    case list([Expression])
    case record([Pair])
    /// Operators of one precedence, left to right: a long sum is not a deep tree.
    case chain(Expression, [Operation])
    case not(Expression)
    case negative(Expression)
    case range(Expression, Expression)
    case member(Expression, Name)
    case index(Expression, Expression)
    case call(Expression, [Argument], block: Block?)
    case command(CommandSyntax)
    /// A value in parentheses.
    case group(Expression)
  }

  /// An operator and what stands right of it.
  package struct Operation: Hashable, Sendable {
    package let operation: Operator
    package let span: SourceSpan
    package let right: Expression
  }

  /// A field of a record.
  package struct Pair: Hashable, Sendable {
    package let name: Name
    package let value: Expression
  }

  /// An argument of a call, by position or by name.
  package struct Argument: Hashable, Sendable {
    package let name: Name?
    package let value: Expression
  }

  /// A piece of a text.
  package enum Piece: Hashable, Sendable {
    case text(String)
    case value(Expression)
  }

  package let kind: Kind
  package let span: SourceSpan

  /// The name when this is nothing else.
  package var nameText: String? {
    if case .name(let text) = kind { return text }
    return nil
  }
}

/// Operators between two values.
package enum Operator: String, Hashable, Sendable {
  case or
  case and
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case isIn = "in"
  case plus = "+"
  case minus = "-"
  case times = "*"
  case divided = "/"
  case integerDivided = "div"
  case remainder = "mod"

  /// Binding strength, higher binds first; `..` has 4.
  var precedence: Int {
    switch self {
    case .or: 1
    case .and: 2
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .isIn: 3
    case .plus, .minus: 5
    case .times, .divided, .integerDivided, .remainder: 6
    }
  }
}

/// A parsed script, ready to check and run.
package struct Script: Hashable, Sendable {
  package let file: SourceFile
  package let statements: [Statement]
  /// The edition the first line asks for.
  package let edition: Int?
  /// The marks `#%%` of its cells, in order; empty for a script that is not divided.
  package let cells: [CellMark]

  /// The number of the cell that a statement belongs to; nil before the first mark.
  package func cell(of statement: Statement) -> Int? {
    cells.last { $0.start <= statement.span.start }?.number
  }
}

/// Where a cell of a script begins: `#%% [3] First training`.
package struct CellMark: Hashable, Sendable {
  /// The number in brackets, or without one, the next after the cell before.
  package let number: Int
  package let title: String
  /// Whether what follows is words, as comments: `#%% [markdown]`.
  package let isProse: Bool
  /// The place of the mark in the text, in bytes.
  package let start: Int

  /// Reads what follows `#%%`, after a cell of the number `previous`.
  init(_ text: String, start: Int, after previous: Int) {
    self.start = start
    isProse = text.hasPrefix("[markdown]")
    guard !isProse else {
      (number, title) = (previous, text)
      return
    }
    let digits = text.hasPrefix("[") ? text.dropFirst().prefix { $0 != "]" } : ""
    guard let number = Int(digits), number > 0, text.dropFirst(digits.count + 1).first == "]" else {
      self.number = previous + 1
      title = text
      return
    }
    self.number = number
    title = String(text.dropFirst(digits.count + 2).drop { $0 == " " })
  }
}
