import Lessons
import Reporting
import Session
import TestSupport
import Testing

/// A lesson of three steps that takes no model.
enum Toy {
  static let text = """
    # Counting
    <!-- ft lesson id=counting minutes=1 -->
    Numbers have names.

    ## Name one
    <!-- ft step id=name -->
    Give a number a name with `let`:

    ```ft
    let n = 3
    ```
    <!-- ft check: n > 2 -->
    <!-- ft wrong: let n = 1 -->
    <!-- ft hint: Type the line as it stands. -->
    <!-- ft hint: let n = 3 -->
    <!-- ft when n < 0 => That is below nothing. -->

    It is kept under its name.

    ## Think
    <!-- ft step id=think -->
    What is twice that?

    1. five
    2. six
    <!-- ft question answer=2 -->
    <!-- ft reply 1 => Count again. -->

    Quite so.

    ## A setting
    <!-- ft step id=setting -->
    Settings are changed with `set`: choose a batch of the size `n`.

    <details><summary>Solution</summary>

    ```ft
    set batch (n)
    ```
    </details>
    <!-- ft check: settings.batch == n -->

    All done.
    """

  static var lesson: Lesson {
    get throws { try LessonReader.read(SourceFile(.file("01-counting.ft.md"), text), number: 1) }
  }

  static var resources: Resources { Resources(executable: "/nowhere/ft", home: nil) }
}
