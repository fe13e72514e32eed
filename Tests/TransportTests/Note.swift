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
  static let missing = Method<Note, Note>("test.Notes", "Missing")
}
