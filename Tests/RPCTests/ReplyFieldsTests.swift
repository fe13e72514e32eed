import HTTP2
import Testing

@testable import RPC

@Suite struct ReplyFieldsTests {
  private static let all: [(String, String)] = [
    (":status", "200"), ("content-type", "application/grpc"), ("grpc-encoding", "gzip"),
    ("grpc-accept-encoding", "identity"), ("grpc-status", "5"), ("grpc-message", "no"),
    ("grpc-status-details-bin", "CAU"), ("grpc-retry-pushback-ms", "7"),
  ]

  private static func values(_ fields: ReplyFields, _ block: HeaderBlock) -> [String?] {
    [
      fields.httpStatus, fields.contentType, fields.encoding, fields.status, fields.message,
      fields.details, fields.pushback,
    ].map { range in range.map { String(decoding: block[$0], as: UTF8.self) } }
  }

  @Test func `every field a client acts on is found, in any order, and the first counts`() {
    let wanted = ["200", "application/grpc", "gzip", "5", "no", "CAU", "7"]
    let again = Self.all.map { ($0.0, "again") }
    for start in Self.all.indices {
      let block = HeaderBlock(Array(Self.all[start...]) + Array(Self.all[..<start]) + again)
      let fields = ReplyFields(block)
      #expect(Self.values(fields, block) == wanted)
      #expect(!fields.hasMetadata)
    }
  }

  @Test func `a name that differs in one letter is another field`() {
    for (name, value) in Self.all {
      for place in name.indices.dropFirst() {
        var other = name
        other.replaceSubrange(place...place, with: "z")
        let block = HeaderBlock([(other, value)])
        #expect(Self.values(ReplyFields(block), block).allSatisfy { $0 == nil }, "\(other)")
      }
    }
  }

  @Test(arguments: [
    ("x-trace", true), ("trace-bin", true), ("grpc-custom", false), ("date", false),
    (":other", false), ("Upper", false),
  ])
  func `only the application's names are metadata`(name: String, isMetadata: Bool) {
    #expect(ReplyFields(HeaderBlock([(name, "1")])).hasMetadata == isMetadata)
  }
}
