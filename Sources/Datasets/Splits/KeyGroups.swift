/// Rows with equal keys, grouped; a million rows take a fraction of a second.
///
/// A table of places, found by each key's hash, takes half the time of a dictionary, which hashes
/// every key again whenever it grows, and needs no key of its own for a pair.
struct KeyGroups {
  /// For each row the number of its group, from 0, in order of first appearance.
  let groupOfRow: [Int]
  /// The first row of each group.
  let firsts: [Int]

  init(_ keys: [some Hashable]) {
    var size = 16
    while size < 2 * keys.count { size *= 2 }
    var table = [Int](repeating: -1, count: size)
    var groups: [Int] = []
    var firsts: [Int] = []
    groups.reserveCapacity(keys.count)
    for (row, key) in keys.enumerated() {
      var place = key.hashValue & (size - 1)
      while table[place] >= 0, keys[firsts[table[place]]] != key {
        place = (place + 1) & (size - 1)
      }
      if table[place] < 0 {
        table[place] = firsts.count
        firsts.append(row)
      }
      groups.append(table[place])
    }
    groupOfRow = groups
    self.firsts = firsts
  }

  /// The rows of each group that has more than one, in order.
  var repeated: [[Int]] {
    var counts = [Int](repeating: 0, count: firsts.count)
    for group in groupOfRow { counts[group] += 1 }
    var places: [Int: Int] = [:]
    var groups: [[Int]] = []
    for (row, group) in groupOfRow.enumerated() where counts[group] > 1 {
      if let place = places[group] {
        groups[place].append(row)
      } else {
        places[group] = groups.count
        groups.append([row])
      }
    }
    return groups
  }

  /// The rows of each group, in order.
  var all: [[Int]] {
    var groups = [[Int]](repeating: [], count: firsts.count)
    for (row, group) in groupOfRow.enumerated() { groups[group].append(row) }
    return groups
  }
}
