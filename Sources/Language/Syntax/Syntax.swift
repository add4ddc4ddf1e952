package import Reporting

/// A name with its place.
package struct Name: Hashable, Sendable {
  /// The name itself.
  package let text: String
  /// Where it stands, for errors about it.
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

  /// What it does, with its parts.
  package let kind: Kind
  /// From its first byte to its last, a block included.
  package let span: SourceSpan
}

/// One `if` or `else if`.
package struct Branch: Hashable, Sendable {
  /// What has to be true; anything but true or false is an error when it runs.
  package let condition: Expression
  /// What runs then.
  package let block: Block
}

/// Statements in braces.
package struct Block: Hashable, Sendable {
  /// In order; names that they make are gone after the block.
  package let statements: [Statement]
  /// From brace to brace.
  package let span: SourceSpan
}

/// A `proc` with its `##` lines.
package struct ProcedureSyntax: Hashable, Sendable {
  /// One parameter: `rank: int = 8`.
  package struct Parameter: Hashable, Sendable {
    /// The name that the body reads it by.
    package let name: Name
    /// The kind the author declared; `block` makes the last parameter take a `do` block.
    package let kind: Name?
    /// Evaluated at each call that leaves the argument out; nil when it must be given.
    package let fallback: Expression?
  }

  /// The name it is called by.
  package let name: Name
  /// In the order of arguments without a name.
  package let parameters: [Parameter]
  /// What a call runs.
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

  /// What is read: a module of the library, or a file.
  package let source: Source
  /// The whole statement, for a module that is not found.
  package let span: SourceSpan
  /// The name after `as`; nil when there is none.
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
  /// The setting, which the table of commands knows.
  package let name: Name
  /// The new value; a bare word may be a choice of the setting.
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
    /// What is done with the value so far.
    package let operation: Operator
    /// Where the operator stands.
    package let span: SourceSpan
    /// What stands after it.
    package let right: Expression
  }

  /// A field of a record.
  package struct Pair: Hashable, Sendable {
    /// The field, which the record keeps in this order.
    package let name: Name
    /// What the field holds.
    package let value: Expression
  }

  /// An argument of a call, by position or by name.
  package struct Argument: Hashable, Sendable {
    /// The parameter it is for; nil for an argument by position.
    package let name: Name?
    /// What is handed over.
    package let value: Expression
  }

  /// A piece of a text.
  package enum Piece: Hashable, Sendable {
    case text(String)
    case value(Expression)
  }

  /// How it is computed, with its parts.
  package let kind: Kind
  /// From its first byte to its last, parentheses included.
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
  /// The text that all spans count in.
  package let file: SourceFile
  /// The statements of all cells, one after the other.
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
  /// What stands after the number; may be empty.
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
