/// How many items a list in a variable may still get before it has to be measured again.
///
/// How many items a list has, with those inside its items, takes a walk through all of it: done at
/// every `xs = xs + [x]`, a loop of n steps would take n² of them. Measured once, a list of n items
/// may grow to twice that, as far as the limit allows, and only what is added is looked at.
struct GrowthRoom: Sendable {
  /// The variable.
  let name: String
  /// The fields and positions that lead from the variable to the list.
  let steps: [Value]
  var items: Int

  /// How many places are remembered at a time.
  private static let placeLimit = 64

  /// The room that a list of `count` items has until it must be measured again.
  private static func after(measuring count: Int) -> Int {
    max(0, min(max(count, 1024), ValueLimits.items - count))
  }

  /// The place in `rooms` of what is known about a list.
  static func index(of name: String, _ steps: [Value], in rooms: [GrowthRoom]) -> Int? {
    rooms.firstIndex { $0.name == name && $0.steps == steps }
  }

  /// Notes that a list has `count` items now.
  static func note(_ count: Int, _ name: String, _ steps: [Value], in rooms: inout [GrowthRoom]) {
    rooms.removeAll { $0.name == name && $0.steps == steps }
    if rooms.count >= placeLimit { rooms.removeFirst() }
    rooms.append(GrowthRoom(name: name, steps: steps, items: after(measuring: count)))
  }

  /// Notes that a value of `count` items came to stand at a place: in a list it uses room, and of what
  /// it took the place of nothing is known any more.
  static func note(
    replacing name: String, _ steps: [Value], by count: Int, in rooms: inout [GrowthRoom]
  ) {
    guard !rooms.isEmpty else { return }
    rooms.removeAll { $0.name == name && $0.steps.starts(with: steps) }
    for index in rooms.indices where rooms[index].name == name {
      if steps.starts(with: rooms[index].steps) { rooms[index].items -= count }
    }
  }
}
