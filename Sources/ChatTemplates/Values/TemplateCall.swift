/// Arguments with their values.
struct TemplateCall {
  var plain: [TemplateValue] = []
  var named = TemplateNamed()

  /// The argument of that place or name.
  func value(_ place: Int, _ name: String) -> TemplateValue? {
    place < plain.count ? plain[place] : named[name]
  }
}

/// Named arguments, in the order of the call.
struct TemplateNamed {
  private(set) var entries: [(name: String, value: TemplateValue)] = []

  subscript(_ name: String) -> TemplateValue? {
    get { entries.last { $0.name == name }?.value }
    set {
      entries.removeAll { $0.name == name }
      if let newValue { entries.append((name, newValue)) }
    }
  }
}
