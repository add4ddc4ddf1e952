import Foundation

/// A moment as a wall clock shows it, for `strftime_now`.
package struct ChatTemplateTime: Hashable, Sendable {
  /// Months and days count from 1; hours go to 23.
  package let year, month, day, hour, minute, second: Int

  package init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
    self.year = year
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
  }

  /// The time in the machine's zone.
  package static var now: ChatTemplateTime {
    let parts = Calendar(identifier: .gregorian).dateComponents(
      [.year, .month, .day, .hour, .minute, .second], from: Date())
    return ChatTemplateTime(
      year: parts.year ?? 1970, month: parts.month ?? 1, day: parts.day ?? 1,
      hour: parts.hour ?? 0, minute: parts.minute ?? 0, second: parts.second ?? 0)
  }

  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ]
  private static let days = [
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
  ]

  /// The day of the week, 0 for Sunday.
  ///
  /// Source: Sakamoto's method for the Gregorian calendar.
  private var weekday: Int {
    let offsets = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4]
    let year = month < 3 ? year - 1 : year
    let month = min(max(month, 1), 12)
    return (year + year / 4 - year / 100 + year / 400 + offsets[month - 1] + day) % 7
  }

  /// Returns the time in the words of C's `strftime`; nil for a letter that is not known.
  func formatted(_ format: String) -> String? {
    var output = ""
    var rest = format.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar == "%" else {
        output.unicodeScalars.append(scalar)
        continue
      }
      let isPadded = rest.first != "-"
      if !isPadded { rest.removeFirst() }
      guard let letter = rest.popFirst(), let part = part(letter, isPadded) else { return nil }
      output += part
    }
    return output
  }

  private func part(_ letter: Unicode.Scalar, _ isPadded: Bool) -> String? {
    func two(_ number: Int) -> String { number < 10 && isPadded ? "0\(number)" : "\(number)" }
    let monthName = Self.months[min(max(month, 1), 12) - 1]
    let dayName = Self.days[(weekday + 7) % 7]
    switch letter {
    case "Y": return "\(year)"
    case "y": return two(year % 100)
    case "m": return two(month)
    case "d": return two(day)
    case "B": return monthName
    case "b": return String(monthName.prefix(3))
    case "A": return dayName
    case "a": return String(dayName.prefix(3))
    case "H": return two(hour)
    case "I": return two((hour + 11) % 12 + 1)
    case "p": return hour < 12 ? "AM" : "PM"
    case "M": return two(minute)
    case "S": return two(second)
    case "%": return "%"
    default: return nil
    }
  }
}
