import RPC
import Wire

/// A message of one string and some bytes, for services that only these tests have.
struct Note: WireMessage, Equatable {
  var text = ""
  var payload: [UInt8] = []

  init() {}

  init(_ text: String, payload: [UInt8] = []) {
    self.text = text
    self.payload = payload
  }

  mutating func merge(from reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case 1: try reader.string(tag, into: &text)
      case 2: try reader.bytes(tag, into: &payload)
      default: try reader.skip(tag)
      }
    }
  }

  func write(to writer: inout WireWriter) {
    writer.string(text, field: 1)
    writer.bytes(payload, field: 2)
  }
}

enum NoteAPI {
  static let echo = Method<Note, Note>("test.Notes", "Echo")
  static let fail = Method<Note, Note>("test.Notes", "Fail")
  static let wait = Method<Note, Note>("test.Notes", "Wait")
  static let reflect = Method<Note, Note>("test.Notes", "Reflect")
  /// As many notes as the request's text says, each with the request's payload.
  static let count = Method<Note, Note>("test.Notes", "Count")
  /// All texts joined.
  static let collect = Method<Note, Note>("test.Notes", "Collect")
  /// Each note as it comes; "fail" ends the call with an error, "stop" ends it well.
  static let chat = Method<Note, Note>("test.Notes", "Chat")
  /// Sends its initial metadata, then reads nothing and says nothing until it is cancelled.
  static let hold = Method<Note, Note>("test.Notes", "Hold")
  static let missing = Method<Note, Note>("test.Notes", "Missing")
}
