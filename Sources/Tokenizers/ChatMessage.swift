/// One turn of a conversation.
package struct ChatMessage: Hashable, Sendable {
  /// Who speaks: `system`, `user`, `assistant`, or another name that a template knows.
  package let role: String
  package let content: String

  package init(role: String, content: String) {
    self.role = role
    self.content = content
  }
}
