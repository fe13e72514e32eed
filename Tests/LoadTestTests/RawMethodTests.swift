import RPC
import Testing

@testable import LoadTest

@Suite struct RawMethodTests {
  @Test(arguments: ["", "/", "a", "a/", "/a", "a/b/c", "a b/c", "ä/b"])
  func `what is no method is refused`(name: String) {
    #expect(throws: LoadError.self) { try RawMethod(parsing: name, bodies: []) }
  }

  @Test func `no body is one empty message`() throws {
    let method = try RawMethod(parsing: "orders.v1.Orders/GetOrder", bodies: [])
    #expect(method.bodies == [[]])
    #expect(method.path == "/orders.v1.Orders/GetOrder")
  }

  @Test func `a body of exactly the limit passes and one byte more does not`() throws {
    let limit = WorkloadSettings.bodyBytesMax
    _ = try RawMethod(parsing: "a/b", bodies: [[UInt8](repeating: 0, count: limit)])
    #expect(throws: LoadError.self) {
      try RawMethod(parsing: "a/b", bodies: [[UInt8](repeating: 0, count: limit + 1)])
    }
  }

  @Test func `hexadecimal digits come in pairs of either case`() throws {
    #expect(try RawMethod.body(hex: "0a04fF") == [0x0A, 0x04, 0xFF])
    #expect(try RawMethod.body(hex: "") == [])
    for text in ["0", "0a0", "0x0a", "0a 04", "zz"] {
      #expect(throws: LoadError.self) { try RawMethod.body(hex: text) }
    }
  }

  @Test func `length-prefixed bodies are read whole or refused at every cut`() throws {
    let bytes: [UInt8] = [0, 0, 0, 2, 7, 8, 0, 0, 0, 0, 0, 0, 0, 1, 9]
    #expect(try RawMethod.bodies(lengthPrefixed: bytes) == [[7, 8], [], [9]])
    for count in 0..<bytes.count where ![6, 10].contains(count) {
      #expect(throws: LoadError.self) {
        try RawMethod.bodies(lengthPrefixed: Array(bytes.prefix(count)))
      }
    }
  }

  @Test func `metadata is text, or base64 for a binary name, and never a reserved name`() throws {
    let metadata = try RequestMetadata.parse(["x-a:b:c", "x-a:d", "x-bin:q6s", "y-bin:AQI="])
    #expect(metadata.values("x-a") == ["b:c", "d"])
    #expect(metadata[firstBinary: "x-bin"] == [0xAB, 0xAB])
    #expect(metadata[firstBinary: "y-bin"] == [1, 2])
    for entry in ["x", "grpc-timeout:1S", "te:trailers", "content-type:a", "X:a", "x-bin:*", ":a"] {
      #expect(throws: LoadError.self) { try RequestMetadata.parse([entry]) }
    }
  }
}
