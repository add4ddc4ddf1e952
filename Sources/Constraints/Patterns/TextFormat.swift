/// A format of texts that JSON Schema names, as a pattern of all its texts or of those in common use.
struct TextFormat: Sendable {
  /// What a schema calls it.
  let name: String
  let pattern: String

  /// Those that can be held: a line each.
  ///
  /// Source: RFC 3339 for times and durations, RFC 5321 for mail, RFC 1123 for hosts, RFC 2673 and
  /// 4291 for addresses, RFC 4122 for identifiers.
  static let all = [
    TextFormat(name: "date", pattern: date), TextFormat(name: "time", pattern: time),
    TextFormat(name: "date-time", pattern: "\(date)T\(time)"),
    TextFormat(
      name: "duration",
      pattern:
        "P(\\d{1,9}W|\\d{1,9}D(\(clock))?|\\d{1,9}M(\\d{1,9}D)?(\(clock))?"
        + "|\\d{1,9}Y(\\d{1,9}M(\\d{1,9}D)?)?(\(clock))?|\(clock))"),
    TextFormat(
      name: "email", pattern: "[A-Za-z0-9_+-]{1,20}(\\.[A-Za-z0-9_+-]{1,20}){0,2}@\(host)"),
    TextFormat(name: "hostname", pattern: host),
    TextFormat(name: "ipv4", pattern: "\(octet)(\\.\(octet)){3}"),
    TextFormat(name: "ipv6", pattern: ipv6),
    TextFormat(
      name: "uuid",
      pattern: "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"),
  ]

  private static let date =
    "((\\d{3}[1-9]|\\d{2}[1-9]0|\\d[1-9]00|[1-9]000)-((0[13578]|1[02])-(0[1-9]|[12]\\d|3[01])"
    + "|(0[469]|11)-(0[1-9]|[12]\\d|30)|02-(0[1-9]|1\\d|2[0-8]))"
    + "|(\\d\\d(0[48]|[2468][048]|[13579][26])|(0[48]|[2468][048]|[13579][26])00)-02-29)"
  private static let time =
    "([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,6})?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)"
  private static let clock =
    "T(\\d{1,9}H(\\d{1,9}M(\\d{1,9}S)?)?|\\d{1,9}M(\\d{1,9}S)?|\\d{1,9}S)"
  private static let label = "[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?"
  private static let host = "\(label)(\\.\(label)){0,2}\\.[A-Za-z]{2,12}"
  private static let octet = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)"
  private static let group = "[0-9a-fA-F]{1,4}"

  /// Eight groups, or `::` for as many as are missing.
  private static let ipv6: String = {
    let shortened = (0...6).map { before in
      let head = before == 0 ? "" : "\(group)(:\(group)){\(before - 1)}"
      let after = 6 - before
      return "\(head)::" + (after == 0 ? "(\(group))?" : "(\(group)(:\(group)){0,\(after)})?")
    }
    return (["\(group)(:\(group)){7}"] + shortened).joined(separator: "|")
  }()
}
