/// Follows a grammar byte by byte: states are made as they are met, and kept with where each class of
/// bytes leads from them.
///
/// A state is what may come next, each reading of the text with what has to follow it: a stack of
/// frames, which share those below.
struct Automaton {
  /// The number of a state.
  typealias State = Int32
  /// Nothing more can be written.
  static let dead: State = -1
  /// Not asked before.
  static let unknown: State = -2

  /// Readings of one text that are followed, at most.
  ///
  /// Each alone can be brought to an end, so that dropping some never leads into a dead end.
  private static let readingLimit = 4096
  /// States that are kept, at most.
  static let stateLimit = 20_000

  /// A rule that has to be followed, from a place in it, and the frame after it.
  private struct Frame: Hashable {
    let rule: Int32
    /// The place in a text or sequence, or the number of repetitions made.
    var count: Int32
    /// How many levels of nesting it lies in.
    let depth: Int32
    let below: Int32
  }

  /// What tells states apart.
  private struct Content: Hashable {
    /// Frames that wait for a byte, each of another reading.
    var frames: [Int32] = []
    /// Whether the text may end here.
    var isComplete = false
  }

  let grammar: Grammar
  /// The frame below all: nothing has to follow.
  private static let bottom: Int32 = -1
  private var frames: [Frame] = []
  private var frameNumbers: [Frame: Int32] = [:]
  private var states: [Content] = []
  private var stateNumbers: [Content: State] = [:]
  /// `classCount` states for each state.
  private(set) var table: [State] = []
  /// Where every text begins.
  private(set) var start: State = 0

  init(_ grammar: Grammar) {
    self.grammar = grammar
    var content = Content()
    expand([frame(grammar.start, depth: 0, below: Self.bottom)], &content)
    start = number(of: content)
  }

  /// How many states there are.
  var stateCount: Int { states.count }

  /// Whether a text may end in a state.
  func isComplete(_ state: State) -> Bool { states[Int(state)].isComplete }

  /// Whether a text can only end in a state.
  func isFinished(_ state: State) -> Bool { states[Int(state)].frames.isEmpty }

  /// Returns where a byte leads.
  @inline(__always)
  mutating func next(_ state: State, _ byte: UInt8) -> State {
    let place = Int(state) * grammar.classCount + Int(grammar.classes[Int(byte)])
    let known = table[place]
    return known == Self.unknown ? find(place, state, byte) : known
  }

  @inline(never)
  private mutating func find(_ place: Int, _ state: State, _ byte: UInt8) -> State {
    var after: [Int32] = []
    for number in states[Int(state)].frames {
      let frame = frames[Int(number)]
      switch grammar.nodes[Int(frame.rule)] {
      case .byte(let set) where set.contains(byte): after.append(frame.below)
      case .text(let bytes) where bytes[Int(frame.count)] == byte:
        after.append(
          Int(frame.count) + 1 == bytes.count
            ? frame.below : self.frame(frame, count: frame.count + 1))
      default: break
      }
    }
    var content = Content()
    expand(after, &content)
    let next = content.frames.isEmpty && !content.isComplete ? Self.dead : number(of: content)
    table[place] = next
    return next
  }

  /// Follows rules until each reading waits for a byte.
  private mutating func expand(_ beginning: [Int32], _ content: inout Content) {
    var waiting = Array(beginning.reversed())
    var seen: Set<Int32> = []
    while let number = waiting.popLast() {
      guard number != Self.bottom else {
        content.isComplete = true
        continue
      }
      guard content.frames.count < Self.readingLimit, seen.insert(number).inserted else { continue }
      let frame = frames[Int(number)]
      switch grammar.nodes[Int(frame.rule)] {
      case .byte, .text: content.frames.append(number)
      case .nothing: waiting.append(frame.below)
      case .sequence(let parts):
        let place = Int(frame.count)
        let rest = place + 1 < parts.count ? self.frame(frame, count: frame.count + 1) : frame.below
        waiting.append(self.frame(parts[place], depth: frame.depth, below: rest))
      case .choice(let parts):
        for part in parts.reversed() where fits(part, frame.depth) {
          waiting.append(self.frame(part, depth: frame.depth, below: frame.below))
        }
      case .repetition(let part, let least, let most):
        repeats(part, least, most, frame, &waiting)
      case .nested(let part):
        waiting.append(self.frame(part, depth: frame.depth + 1, below: frame.below))
      }
    }
  }

  /// Follows a repetition: one more, where there may be, or what comes after.
  private mutating func repeats(
    _ part: Grammar.Rule, _ least: Int, _ most: Int?, _ frame: Frame, _ waiting: inout [Int32]
  ) {
    let count = Int(frame.count)
    if count >= least { waiting.append(frame.below) }
    guard fits(part, frame.depth) else { return }
    // Without a limit, what is beyond the least makes no difference.
    let next = most == nil ? min(count + 1, least) : count + 1
    let rest = next == most ? frame.below : self.frame(frame, count: Int32(next))
    waiting.append(self.frame(part, depth: frame.depth, below: rest))
  }

  /// Whether a rule can be brought to an end within the levels that are left.
  private func fits(_ rule: Grammar.Rule, _ depth: Int32) -> Bool {
    grammar.heights[rule] + Int(depth) <= Grammar.nestingLimit
  }

  // MARK: Numbers of frames and states

  private mutating func frame(_ rule: Grammar.Rule, depth: Int32, below: Int32) -> Int32 {
    number(of: Frame(rule: Int32(rule), count: 0, depth: depth, below: below))
  }

  private mutating func frame(_ frame: Frame, count: Int32) -> Int32 {
    number(of: Frame(rule: frame.rule, count: count, depth: frame.depth, below: frame.below))
  }

  private mutating func number(of frame: Frame) -> Int32 {
    if let known = frameNumbers[frame] { return known }
    let number = Int32(frames.count)
    frames.append(frame)
    frameNumbers[frame] = number
    return number
  }

  private mutating func number(of content: Content) -> State {
    if let known = stateNumbers[content] { return known }
    let number = State(states.count)
    states.append(content)
    stateNumbers[content] = number
    table.append(contentsOf: repeatElement(Self.unknown, count: grammar.classCount))
    return number
  }
}
