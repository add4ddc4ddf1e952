/// What `help language` says: the language on one page.
enum LanguageHelp {
  /// Words that lead here.
  static let topics: Swift.Set<String> = [
    "language", "syntax", "variables", "let", "if", "else", "for", "while", "loops", "break",
    "continue", "proc", "procedures", "return", "strings", "text", "texts", "lists", "records",
    "print", "check", "with", "try", "catch", "use", "do", "blocks", "comments", "scripts",
  ]

  static let page = #"""
    The language, by example

      let n = 3                               a variable; n = 4 changes it
      let r = eval dev                        a command gives its result
      print "loss \(r.loss) after \(n)"       \( ) puts a value into a text
      train (n + 1) epochs                    sums in commands go into ( )

      let xs = [4, 8, 16]                     xs[0], length(xs), xs + [32]
      let best = {rank: 4, loss: 2.1}         best.rank, best.loss = 2.0
      let names = map(xs) do { "r\(it)" }     a block; its argument is it

      if r.loss < 2 and n > 1 { print "good" } else { print "more" }
      for k in xs { print k }                 for i in 1..5, for name, value in best
      while n > 0 { n = n - 1 }               break and continue leave or skip
      with lr 1e-4, rank 8 { train 1 epoch }  settings for a while

      proc fit(rank = 8, epochs = 1) {        called fit(rank: 16)
        with rank (rank) { train (epochs) epochs }
        return eval dev
      }

      check r.loss < 2, "should fall below 2" ends the script when it is not so
      try { load data "x" } catch e { print e.message }
      # a comment                             ; separates statements on a line

    `help functions` lists what expressions can call.

    """#
}
