import Foundation

/// Ties a program to the one that started it, which holds the other end of a pipe: when that ends, by
/// whatever cause, the pipe does.
enum Leash {
  /// Sends this program SIGTERM when the input ends; trainings then write their state and stop.
  static func watch(_ descriptor: Int32) {
    let thread = Thread {
      var byte: UInt8 = 0
      while read(descriptor, &byte, 1) > 0 {}
      kill(getpid(), SIGTERM)
    }
    thread.name = "leash"
    thread.start()
  }
}
