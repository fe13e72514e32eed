import Testing
import Wire

@Suite struct WireErrorTests {
  static let reasons: [(WireError.Reason, String)] = [
    (.truncated, "message cut short at byte 7"),
    (.varintOverlong, "varint of more than 64 bits at byte 7"),
    (.fieldNumberZero, "field number 0 at byte 7"),
    (.tagTooLarge, "tag of more than 32 bits at byte 7"),
    (.wireTypeInvalid(6), "wire type 6 at byte 7"),
    (.groupUnbalanced, "end of a group that was not begun at byte 7"),
    (.utf8Invalid, "string is not UTF-8 at byte 7"),
    (.depthOverLimit(limit: 100), "nested deeper than wireDepthMax 100 at byte 7"),
    (.elementsOverLimit(limit: 65536), "more elements than wireElementsMax 65536 at byte 7"),
  ]

  @Test(arguments: reasons)
  func `an error says what and where, and names the limit`(
    reason: WireError.Reason, text: String
  ) {
    #expect(WireError(reason: reason, offset: 7).description == text)
  }

  @Test func `the limits are those of other protobuf implementations and our own`() {
    #expect(WireLimits.standard == WireLimits(wireDepthMax: 100, wireElementsMax: 65536))
  }
}
