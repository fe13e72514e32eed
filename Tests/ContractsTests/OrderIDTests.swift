import Contracts
import Testing

@Suite struct OrderIDTests {
  @Test func `text becomes numbers and text again`() throws {
    let id = try #require(OrderID("017F22E2-79B0-7CC3-98C4-DC0C0C07398F"))
    #expect(id.high == 0x017F_22E2_79B0_7CC3)
    #expect(id.low == 0x98C4_DC0C_0C07_398F)
    #expect(id.description == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
    // RFC 9562 A.6 gives this very UUID for 2022-02-22 19:22:22 GMT.
    #expect(id.version == 7 && id.isRFCVariant && id.time48 == 1_645_557_742_000)
  }

  @Test func `random numbers survive their text`() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<10_000 {
      let id = OrderID(high: random.next(), low: random.next())
      #expect(OrderID(id.description) == id)
    }
  }

  @Test func `every cut and every wrong character is refused`() {
    let text = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"
    for count in 0..<text.count { #expect(OrderID(String(text.prefix(count))) == nil) }
    #expect(OrderID(text + "0") == nil)
    for position in text.indices {
      for wrong in ["g", "-", " ", "\u{0}", "é"] where wrong != String(text[position]) {
        var broken = text
        broken.replaceSubrange(position...position, with: wrong)
        #expect(OrderID(broken) == nil, "\(broken)")
      }
    }
  }

  @Test func `ids sort as their bytes do`() throws {
    let low = try #require(OrderID("00000000-0000-0000-ffff-ffffffffffff"))
    let high = try #require(OrderID("00000000-0000-0001-0000-000000000000"))
    let highest = try #require(OrderID("ffffffff-0000-0000-0000-000000000000"))
    #expect([highest, high, low].sorted() == [low, high, highest])
  }
}
