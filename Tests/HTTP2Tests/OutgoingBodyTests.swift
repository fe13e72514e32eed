import Testing

@testable import HTTP2

@Suite struct OutgoingBodyTests {
  private func move(_ body: inout OutgoingBody, _ count: Int) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: count) { space, moved in
      let target = unsafe UnsafeMutableRawBufferPointer(start: space.baseAddress, count: count)
      moved = unsafe body.move(into: target)
    }
  }

  @Test(arguments: [1, 2, 7, 64, 1000])
  func `chunks of every size leave in order through frames of any size`(frame: Int) {
    var body = OutgoingBody()
    var expected: [UInt8] = []
    var sent: [UInt8] = []
    for size in 0..<200 {
      let chunk = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ size) }
      body.append(chunk)
      expected += chunk
      // Now and then a part leaves, and the rest stays behind later chunks.
      if size % 3 == 0 { sent += move(&body, frame) }
      #expect(body.unsentBytes == expected.count - sent.count)
    }
    while body.unsentBytes > 0 { sent += move(&body, frame) }
    #expect(sent == expected)
    let rest = move(&body, frame)
    #expect(rest.isEmpty)
  }

  @Test func `a body that has run empty goes on with what comes next`() {
    var body = OutgoingBody()
    body.append([1, 2, 3])
    body.append([4])
    let first = move(&body, 8)
    #expect(first == [1, 2, 3, 4] && body.unsentBytes == 0)
    let none = move(&body, 8)
    #expect(none.isEmpty)
    body.append([5])
    body.append([])
    body.append([6])
    let second = move(&body, 8)
    #expect(second == [5, 6])
    #expect(body.sentBytes == 6 && body.isOpen)
  }
}
