import Messaging
import Serialization
import Testing

@Suite("Messages") struct MessageTests {
  private let signer = MessageSigner(key: Array("key".utf8))

  /// RFC 4231, the second test case.
  @Test func signsAsTheStandardSays() {
    let signer = MessageSigner(key: Array("Jefe".utf8))
    let signature = signer.signature(of: [
      Array("what do ya want ".utf8), Array("for nothing?".utf8),
    ])
    #expect(
      String(decoding: signature, as: UTF8.self)
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
  }

  @Test func comesBackAsItWas() throws {
    let message = Message(
      identities: [[0, 1], [2]], header: ["msg_type": "execute_request", "msg_id": "1"],
      parent: ["msg_id": "0"], metadata: ["a": 1], content: ["code": "é\n\"x\""])
    #expect(Message(message.frames(signedBy: signer), signer: signer) == message)
  }

  @Test func buffersArePassedOver() {
    let message = Message(header: ["msg_type": "comm_msg"], content: [:])
    let frames = message.frames(signedBy: signer) + [[1, 2, 3], []]
    #expect(Message(frames, signer: signer) == message)
  }

  @Test("what is no message, or signed by somebody else, is none", arguments: 0..<12)
  func refuses(way: Int) {
    var frames = Message(
      identities: [[7]], header: ["msg_type": "execute_request"], content: ["code": "1"]
    ).frames(signedBy: signer)
    switch way {
    case 0: frames = []
    case 1: frames = [[]]
    case 2: frames.removeLast()
    case 3: frames.remove(at: 1)
    case 4: frames[2] = []
    case 5: frames[2][0] ^= 1
    case 6: frames[2].removeLast()
    case 7: frames[6] = Array(#"{"code":"2"}"#.utf8)
    case 8: frames = Self.signed(["msg_type"], signer)
    case 9: frames = Self.signed(["{\"msg_type\":3}", "{}", "{}", "{}"], signer)
    case 10: frames = Self.signed(["{\"msg_type\":\"a\"}", "{}", "{}", "[]"], signer)
    default: frames = Self.signed(["{\"msg_type\":\"a\"}", "{}", "{}", "\u{0}"], signer)
    }
    #expect(Message(frames, signer: signer) == nil)
  }

  private static func signed(_ parts: [String], _ signer: MessageSigner) -> [[UInt8]] {
    let parts = parts.map { Array($0.utf8) }
    return [Array("<IDS|MSG>".utf8), signer.signature(of: parts)] + parts
  }

  @Test func withoutAKeyNothingIsSigned() {
    let open = MessageSigner(key: [])
    let message = Message(header: ["msg_type": "a"], content: [:])
    let frames = message.frames(signedBy: open)
    #expect(frames[1].isEmpty)
    #expect(Message(frames, signer: open) == message)
    #expect(Message(frames, signer: signer) == nil)
  }
}
