import Foundation

/// Ties a program to the one that started it, which holds the other end of a pipe: when that ends, by
/// whatever cause, the pipe does.
package enum Leash {
  /// Sends this program SIGTERM when the input ends; what it does then, it does as if it were told to.
  ///
  /// What a server's or a session's threads ignore or hold back, the programs that they start would
  /// too: this one takes signals as if someone had typed it.
  ///
  /// - Parameter descriptor: the input, which nothing else reads.
  package static func watch(_ descriptor: Int32) {
    signal(SIGTERM, SIG_DFL)
    var none = sigset_t()
    unsafe sigemptyset(&none)
    unsafe pthread_sigmask(SIG_SETMASK, &none, nil)
    let thread = Thread {
      var byte: UInt8 = 0
      while unsafe read(descriptor, &byte, 1) > 0 {}
      kill(getpid(), SIGTERM)
    }
    thread.name = "leash"
    thread.start()
  }
}
