/// What the program calls itself everywhere.
package enum Version {
  package static let current = "1.0.0"
}
