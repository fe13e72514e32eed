import Testing

@testable import RPC

@Suite struct CallContextTests {
  @Test func `a call inside another ends no later than that one`() throws {
    let outer = CallContext(deadline: .after(.seconds(100)))
    #expect(outer.child().deadline == outer.deadline)
    #expect(outer.child(timeout: .seconds(1000)).deadline == outer.deadline)
    let shorter = try #require(outer.child(timeout: .seconds(1)).deadline.remaining)
    #expect(shorter <= .seconds(1))
  }

  @Test func `a call inside one without deadline has its own, or none`() throws {
    let outer = CallContext()
    #expect(outer.child().deadline.isNever)
    let own = try #require(outer.child(timeout: .seconds(1)).deadline.remaining)
    #expect(own <= .seconds(1))
  }

  @Test func `a call inside another sends its own metadata alone`() throws {
    var metadata = Metadata()
    try metadata.add("x-outer", "secret")
    let outer = CallContext(metadata: metadata)
    #expect(outer.child().metadata.isEmpty)
  }

  @Test func `a reply is compressed only for a caller that takes it`() {
    let plain = CallContext()
    plain.compressReply()
    #expect(!plain.isReplyCompressed)
    let taking = CallContext(
      deadline: .never, request: .given(Metadata()), peer: "p", acceptsGzip: true)
    #expect(!taking.isReplyCompressed)
    taking.compressReply()
    #expect(taking.isReplyCompressed)
  }
}
