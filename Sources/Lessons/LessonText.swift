/// What a lesson says; each front end shows it in its own way.
package enum LessonText: Sendable {
  case introduction(Lesson)
  case step(LessonStep, number: Int, of: Int)
  case passed(LessonStep, LessonProgress.Result)
  case remark(String)
  case hint(String)
  /// The lines that `skip` runs.
  case solution(String)
  case notice(String)
  case whereabouts(Lesson, LessonProgress, stepIndex: Int)
  case finished(Lesson, LessonProgress)
}
