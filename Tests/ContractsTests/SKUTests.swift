import Contracts
import Testing

@Suite struct SKUTests {
  @Test func `every single byte is judged by the alphabet alone`() {
    let allowed = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-".utf8)
    for byte in UInt8(0)...127 {
      let text = String(decoding: [byte], as: UTF8.self)
      #expect((SKU(text) != nil) == allowed.contains(byte), "byte \(byte)")
    }
  }

  @Test(arguments: ["", " A", "A ", "Ä", "a/b", "a\u{0}", "a\n", "Ａ", "a\u{301}"])
  func `what is not a SKU is refused, not mended`(text: String) {
    #expect(SKU(text) == nil)
  }

  @Test func `64 bytes are the most`() {
    #expect(SKU(String(repeating: "x", count: 64)) != nil)
    #expect(SKU(String(repeating: "x", count: 65)) == nil)
  }

  @Test func `case is kept and bytes decide the order`() throws {
    let sorted = ["-", ".", "0", "9", "A", "Z", "_", "a", "z", "za"]
    let skus = try sorted.map { try #require(SKU($0)) }
    #expect(skus.shuffled().sorted() == skus)
    #expect(SKU("a") != SKU("A"))
  }
}
