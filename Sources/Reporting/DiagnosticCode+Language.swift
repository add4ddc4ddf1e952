extension DiagnosticCode {
  /// Codes of the `.ft` language: L10x-L11x writing, L12x names, L13x commands, L15x running.
  static let language: [Entry] = [
    Entry(
      "L101", "unknown word in a command",
      "A command is a verb followed by the words its declaration knows. The word at the carets is none "
        + "of those that may stand there; the message lists them. `help` and the verb show all forms."
    ),
    Entry(
      "L102", "something else was expected",
      "The text up to the carets was understood; what follows cannot continue it. The message says "
        + "what may stand there."),
    Entry(
      "L103", "unknown command",
      "A line that starts with a word and goes on with another one is a command, and there is none of "
        + "this name. `help` lists the commands. A variable is used in an expression, as in `n + 1`."
    ),
    Entry(
      "L104", "comma missing between settings",
      "Several settings in one `set` or `with` are separated by commas, so that a value can be a word: "
        + "`set lr 2e-4, adapter lora`."),
    Entry(
      "L105", "unknown setting",
      "`set` and `with` change declared settings only; a variable of your own is made with `let`. "
        + "`set` alone lists the settings, their values and where each came from."),
    Entry(
      "L106", "reserved word used as a name",
      "Verbs of commands and the words of the language (`if`, `for`, `let` …) cannot name a variable or "
        + "a procedure. Words that only appear inside commands, such as `on` or `at`, can."),
    Entry(
      "L107", "statement goes on too long",
      "A statement ends at the end of its line or at `;`. Something follows that does not belong to it. "
        + "Inside `( )` and `[ ]`, after a comma or an operator, a statement goes on in the next line."
    ),
    Entry(
      "L108", "unfinished command",
      "The line ends where the command needs more. The message says what may come next; the Tab key "
        + "offers the same."),
    Entry(
      "L110", "sum in a command",
      "Each value in a command is one term: a number, a text, a name, or something in parentheses. "
        + "Arithmetic goes into parentheses: `train (n + 1) epochs`."),
    Entry(
      "L111", "spacing changes the meaning",
      "`f(x)` calls and `xs[1]` indexes only without a space before the bracket, and `-1` in a command "
        + "is written without a space after the minus."),
    Entry(
      "L112", "file name without quotes",
      "File names may hold spaces, dots and dashes, so they are always written in quotes: "
        + "`load data \"support.jsonl\"`."),
    Entry(
      "L113", "text without its closing quote",
      "A text in `\"` or `'` ends on the line it starts on. A longer one starts and ends with three "
        + "quotes, `\"\"\"`."),
    Entry(
      "L114", "character that means nothing here",
      "The character is not part of the language. Curly quotes and long dashes often come from a web "
        + "page or a word processor: type plain `\"` and `-`."),
    Entry(
      "L115", "unknown escape in a text",
      "After `\\` in a text in `\"` stand n, t, r, b, f, /, \\, \", ', u and four hexadecimal digits, "
        + "or `\\( )` around a value. A text in `'` takes everything as it stands."),
    Entry(
      "L116", "number that cannot be read",
      "Numbers are written 3, 2.5, 2e-4, with a unit if one is wanted: %, k, M, B, KB, MB, GB, ms, s, "
        + "min, h."),
    Entry(
      "L117", "brackets that do not match",
      "Each `(`, `[` and `{` is closed by its own kind, the last opened first."),
    Entry(
      "L118", "nested too deep",
      "Brackets, blocks and interpolations may be nested 200 deep. Larger data belongs into a file; "
        + "longer logic into a procedure."),
    Entry(
      "L119", "value expected",
      "Here stands a number, a text, a name, a list `[ ]`, a record `{ }`, or a value in parentheses."
    ),
    Entry(
      "L120", "unknown model or data",
      "A command takes a model or data by its name, as a bare word. There is nothing of this kind and "
        + "name. To use a variable instead, put it in parentheses: `train 1 epoch on (d)`."),
    Entry(
      "L121", "unknown name",
      "Nothing of this name was made before this line: `let n = 3` makes a variable, `for` and `proc` "
        + "name their own. A variable made inside a block ends with the block."),
    Entry(
      "L122", "unknown procedure",
      "A name followed by `(` calls a procedure: one made with `proc`, one of a module brought in with "
        + "`use`, or one of the built-in functions that `help functions` lists."),
    Entry(
      "L123", "assignment to an unknown name",
      "`x = 1` changes a variable that exists; `let x = 1` makes one. This is what catches a misspelt "
        + "name."),
    Entry(
      "L124", "wrong arguments",
      "A procedure takes the arguments of its declaration: by position, or by name as in "
        + "`fit(data, rank: 16)`; those with a default may be left out."),
    Entry(
      "L125", "jump out of nothing",
      "`break` and `continue` stand inside a loop, `return` inside a procedure or a `do` block."),
    Entry(
      "L126", "comparison of a comparison",
      "`a < b < c` is not a comparison of three; write `a < b and b < c`."),
    Entry(
      "L127", "cannot be assigned to",
      "Before `=` stands a name, a field as in `r.loss`, or an item as in `xs[1]`."),
    Entry(
      "L128", "unknown metric",
      "`until` watches a metric that evaluation gives, such as `dev.loss`; the message lists them."),
    Entry(
      "L129", "name defined twice",
      "Parameters of one procedure have different names, and so have procedures of one file."),
    Entry(
      "L130", "something is missing that the command needs",
      "Commands say what must be there before they run: a model, data, a run. Nothing was started."),
    Entry(
      "L131", "number outside its range",
      "The declaration of the command gives the least and the greatest value; `help` and the verb show "
        + "them."),
    Entry(
      "L132", "wrong kind of value",
      "The value in parentheses, or the variable, is not of the kind that the command takes here."),
    Entry(
      "L136", "no help on that",
      "`help` lists the commands; settings, functions and the codes of errors have pages too."),
    Entry(
      "L140", "command in the middle of an expression",
      "A command gives a value after `=`, `return`, `print`, as an argument, or in parentheses. In a sum "
        + "or before a `.` it needs the parentheses, so that its end is seen: `(eval dev).loss`."),
    Entry(
      "L141", "continuation on a line of its own",
      "`else` and `catch` stand on the line of the `}` before them, so that the end of a line is always "
        + "the end of a statement."),
    Entry(
      "L142", "newer edition of the language",
      "The first line of the script asks for an edition that this program does not know; a newer "
        + "program does."),
    Entry(
      "L150", "division by zero",
      "The right side of `/`, `div` or `mod` was 0. Test it before, as in `if b != 0 { … }`."),
    Entry(
      "L151", "operator and value do not fit",
      "The operator works on other kinds of values: `+` joins numbers, texts or lists of one kind; "
        + "conditions are true or false, without conversion from numbers or texts."),
    Entry(
      "L152", "no such item",
      "The list has fewer items, or the record has no field of this name. Items count from 0, and "
        + "negative ones from the end: `xs[-1]` is the last."),
    Entry(
      "L153", "cannot be called",
      "Only procedures, functions and `do` blocks can be called with `( )`."),
    Entry(
      "L154", "check failed",
      "`check` compares what is with what should be and stops the script when they differ."),
    Entry(
      "L155", "calls nested too deep",
      "Procedures called each other 500 deep. A procedure that calls itself must have a case in which "
        + "it does not."),
    Entry(
      "L156", "argument of a function does not fit",
      "A built-in function was given a value it cannot work on; `help` and its name show what it takes."
    ),
    Entry(
      "L157", "module cannot be used",
      "`use name` looks for `name.ft` in the standard library, then beside the script; `use \"file.ft\"` "
        + "takes the file. Modules cannot use each other in a circle."),
    Entry(
      "L158", "nothing to go through",
      "`for` goes through a list, a range as in `1..10`, a record, or data."),
    Entry(
      "L159", "value nested too deep",
      "Lists and records may hold each other 200 deep. A list that is put into itself again and again, "
        + "as in `xs = [xs]`, goes deeper; `xs = xs + [x]` adds an item."),
    Entry(
      "L160", "value too large",
      "A text may have 64 MB and a list ten million items, those of its items included. Larger data "
        + "belongs into a file."),
    Entry(
      "L161", "result too large",
      "Numbers go to about 1.8e308 on both sides of 0; the result of the operation is beyond."),
    Entry(
      "L172", "nothing that can be drawn",
      "`plot` draws a list of numbers, as `plot run.losses` or `plot [3, 1, 2]`, and a few things by "
        + "name: `run`, `lr`, `lengths of train`, `answers of dev`."),
    Entry(
      "L173", "no training to draw",
      "`plot run` and `plot lr` draw the last training of the session, and there was none."),
  ]
}
