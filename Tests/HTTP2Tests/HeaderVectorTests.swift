import CNghttp2
import Testing

@testable import HTTP2

@Suite struct HeaderVectorTests {
  private func flags(_ vector: HeaderVector) -> [UInt32] {
    (0..<vector.count).map { unsafe UInt32(vector.base[$0].flags) }
  }

  private func text(_ vector: HeaderVector) -> [[String]] {
    (0..<vector.count).map { index in
      let field = unsafe vector.base[index]
      let name = unsafe UnsafeBufferPointer(start: field.name, count: field.namelen)
      let value = unsafe UnsafeBufferPointer(start: field.value, count: field.valuelen)
      return unsafe [String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self)]
    }
  }

  @Test func `constants are handed over as they are, bytes are to be copied`() {
    let vector = HeaderVector()
    let noCopy = NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue | NGHTTP2_NV_FLAG_NO_COPY_VALUE.rawValue
    vector.fill(
      [HeaderField("grpc-status", "0")],
      [HeaderField("grpc-message", Array("x".utf8), isIndexed: false)],
      [HeaderField(Array("a".utf8), Array("b".utf8))])
    #expect(text(vector) == [["grpc-status", "0"], ["grpc-message", "x"], ["a", "b"]])
    #expect(
      flags(vector) == [
        noCopy,
        NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue | NGHTTP2_NV_FLAG_NO_INDEX.rawValue, 0,
      ])
  }

  @Test func `it holds any number of fields and any amount of text`() {
    let vector = HeaderVector()
    let fields = (0..<500).map {
      HeaderField(Array("name-\($0)".utf8), [UInt8](repeating: 0x61, count: $0))
    }
    vector.fill(fields)
    #expect(text(vector) == (0..<500).map { ["name-\($0)", String(repeating: "a", count: $0)] })
    vector.fill([])
    #expect(vector.count == 0)
  }

  @Test func `lists made before stand where they belong, among any amount of text`() {
    let vector = HeaderVector()
    let head = PreparedFields([
      HeaderField(":method", "POST"), HeaderField(":path", Array("/a.B/C".utf8)),
    ])
    #expect(head.listBytes == 7 + 4 + 32 + 5 + 6 + 32)
    let constants = ConstantFields([HeaderField("te", "trailers"), HeaderField("a", "bc")])
    for size in [0, 1, 5_000] {
      vector.fill(
        head, [HeaderField("timeout", Array("1S".utf8), isIndexed: false)], constants,
        [HeaderField("x", [UInt8](repeating: 0x62, count: size))])
      #expect(
        text(vector) == [
          [":method", "POST"], [":path", "/a.B/C"], ["timeout", "1S"], ["te", "trailers"],
          ["a", "bc"], ["x", String(repeating: "b", count: size)],
        ])
    }
    vector.fill(head, [], .none, [])
    #expect(text(vector) == [[":method", "POST"], [":path", "/a.B/C"]])
  }
}
