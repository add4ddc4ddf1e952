/// Days and times as ISO 8601 writes them, in the calendar of today at all times.
enum CalendarTime {
  /// The days that a column of 32 bits can name.
  static let days = Int64(Int32.min)...Int64(Int32.max)

  /// The day so many after the first of 1970; those of ``days``, and as many as times of 64 bits reach.
  static func day(_ days: Int64) -> String {
    // Counted from the first of March of year 0, so that a leap day is the last of its year; eras of
    // 400 years are alike.
    let shifted = days &+ 719_468
    let era = (shifted - (shifted < 0 ? 146_096 : 0)) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * month + 2) / 5 + 1
    let year = yearOfEra + era * 400 + (month < 10 ? 0 : 1)
    return padded(year, 4) + "-" + padded(month < 10 ? month + 3 : month - 9, 2) + "-"
      + padded(day, 2)
  }

  /// The time of a day, so many units after midnight.
  static func clock(_ units: Int64, perSecond: Int64) -> String {
    let (seconds, rest) = units.quotientAndRemainder(dividingBy: perSecond)
    let whole = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }
    guard rest != 0 else { return whole.joined(separator: ":") }
    let digits = String(String(perSecond + rest).dropFirst())
    return whole.joined(separator: ":") + "." + digits
  }

  /// A time so many units after the beginning of 1970.
  static func text(_ units: Int64, perSecond: Int64, isUTC: Bool) -> String {
    let perDay = 86_400 * perSecond
    let (quotient, remainder) = units.quotientAndRemainder(dividingBy: perDay)
    let (days, rest) = remainder < 0 ? (quotient - 1, remainder + perDay) : (quotient, remainder)
    return day(days) + "T" + clock(rest, perSecond: perSecond) + (isUTC ? "Z" : "")
  }

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number.magnitude)
    return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count))
      + digits
  }
}
