import TestSupport
import Testing

@testable import HTTP2

@Suite struct HeaderBlockTests {
  private func block(_ fields: [(String, String)]) -> HeaderBlock {
    let builder = HeaderBlockBuilder()
    for (name, value) in fields {
      builder.count(nameBytes: name.utf8.count, valueBytes: value.utf8.count)
      unsafe Array(name.utf8).withUnsafeBytes { name in
        unsafe Array(value.utf8).withUnsafeBytes { unsafe builder.append(name: name, value: $0) }
      }
    }
    return builder.block()
  }

  @Test func `fields come back in order, empty and long ones too`() {
    let long = String(repeating: "v", count: 70_000)
    let fields = [("a", ""), ("", "b"), ("", ""), ("name", long), ("a", "again")]
    let block = block(fields)
    #expect(block.count == 5 && block.underestimatedCount == 5)
    let read = block.map {
      [String(decoding: block[$0.name], as: UTF8.self)]
        + [String(decoding: block[$0.value], as: UTF8.self)]
    }
    #expect(read == fields.map { [$0.0, $0.1] })
  }

  @Test func `a value is found by its name, and the first one wins`() {
    let block = block([("te", "trailers"), ("tea", "1"), ("t", "2"), ("te", "second")])
    #expect(block.value(of: "te").map(Array.init) == Array("trailers".utf8))
    #expect(block.value(of: "t").map(Array.init) == Array("2".utf8))
    #expect(block.value(of: "x") == nil)
    #expect(block.value(of: "") == nil)
    #expect(HeaderBlock.empty.value(of: "te") == nil)
  }

  @Test func `names differ in their last byte too`() {
    let block = block([("grpc-status", "0")])
    #expect(block.value(of: "grpc-statuz") == nil)
    #expect(block.value(of: "grpc-statu") == nil)
    #expect(block.value(of: "grpc-status") != nil)
  }

  @Test func `a name or value of one letter is sent as it is`() throws {
    let pair = try Connection()
    _ = try pair.client.session.submitRequest(
      Exchange.request, [HeaderField("a", "b"), HeaderField([0x63], []), HeaderField("d", "")],
      endStream: true)
    pair.run()
    #expect(pair.server.fields(1).suffix(3) == [["a", "b"], ["c", ""], ["d", ""]])
  }

  @Test func `a field that is not indexed leaves the table of the peer alone`() throws {
    let pair = try Connection()
    let timeout = HeaderField("grpc-timeout", Array("123m".utf8), isIndexed: false)
    _ = try pair.client.session.submitRequest([], Exchange.request, [timeout], endStream: true)
    let first = pair.client.drain().count
    _ = try pair.client.session.submitRequest([], Exchange.request, [timeout], endStream: true)
    let second = Frame.parse(pair.client.drain())
    // The literal "grpc-timeout" is spelled out again: never-indexed is 0001 0000.
    #expect(second[0].payload.contains(0x10))
    #expect(second[0].payload.count < first)
  }

  @Test func `a request keeps nothing of the lists it was made of`() throws {
    let pair = try Connection()
    for number in 0..<3 {
      // Each is gone before anything of it has left.
      let prepared = PreparedFields(
        Exchange.request.dropLast(2) + [HeaderField("n", Array("\(number)".utf8))])
      _ = try pair.client.session.submitRequest(
        prepared, [], ConstantFields(Array(Exchange.request.suffix(2))), body: [], endStream: true)
    }
    pair.run()
    for (number, stream) in [1, 3, 5].enumerated() {
      #expect(
        pair.server.fields(Int32(stream)).suffix(3) == [
          ["n", "\(number)"], ["content-type", "application/grpc"], ["te", "trailers"],
        ])
    }
  }
}
