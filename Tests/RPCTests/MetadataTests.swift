import Testing

@testable import RPC

@Suite struct MetadataTests {
  @Test(arguments: [
    "grpc-status", "grpc-", ":path", "te", "content-type", "user-agent", "host", "connection",
  ])
  func `a name of the protocol is refused where it is added`(name: String) {
    var metadata = Metadata()
    #expect(throws: MetadataError(.nameReserved, name: name)) { try metadata.add(name, "x") }
    #expect(metadata.isEmpty)
  }

  @Test(arguments: ["", "Upper", "a b", "a:b", "ä", "a\u{0}", "a\r\nb"])
  func `a name with another character is refused`(name: String) {
    var metadata = Metadata()
    #expect(throws: MetadataError(.nameInvalid, name: name)) { try metadata.add(name, "x") }
  }

  @Test(arguments: ["\u{7F}", "ä", "a\nb", "a\r", "\t"])
  func `text outside printable ASCII is refused`(value: String) {
    var metadata = Metadata()
    #expect(throws: MetadataError(.valueNotASCII, name: "k")) { try metadata.add("k", value) }
  }

  @Test func `a -bin name takes bytes and no other name does`() throws {
    var metadata = Metadata()
    #expect(throws: MetadataError(.valueKindWrong, name: "k-bin")) {
      try metadata.add("k-bin", "text")
    }
    #expect(throws: MetadataError(.valueKindWrong, name: "k")) {
      try metadata.add("k", binary: [1])
    }
    try metadata.add("k-bin", binary: [0, 255])
    #expect(metadata[firstBinary: "k-bin"] == [0, 255])
  }

  @Test func `values of one name keep their order and lose spaces at their ends`() throws {
    var metadata = Metadata()
    try metadata.add("k", "  1 ")
    try metadata.add("other", "x")
    try metadata.add("k", "2")
    #expect(metadata.values("k") == ["1", "2"])
    #expect(metadata[first: "k"] == "1")
    #expect(metadata[first: "none"] == nil)
  }
}
