package import Serialization

/// One turn of a conversation.
package struct ChatMessage: Hashable, Sendable {
  /// Who speaks: `system`, `user`, `assistant`, or another name that a template knows.
  package let role: String
  /// What is said; empty where a message has nothing but fields.
  package let content: String
  /// What else templates may ask a message for, such as `tool_calls`; a `content` here takes the
  /// place of ``content``, for one that is null.
  package let fields: JSONObject

  package init(role: String, content: String, fields: JSONObject = [:]) {
    self.role = role
    self.content = content
    self.fields = fields
  }
}
