import HTTP2
import RPC
import Testing

@Suite struct PeerIdentityTests {
  private static let identity = PeerIdentity(names: [
    .dns("Orders.test"), .uri("spiffe://shop/orders"), .email("Orders@shop.test"),
    .address("10.0.0.7"),
  ])

  @Test(arguments: [
    ["orders.TEST"], ["spiffe://shop/orders"], ["Orders@shop.test"], ["10.0.0.7"],
    ["a.test", "orders.test"],
  ])
  func `any name of any kind is one of those that are borne`(texts: [String]) {
    #expect(Self.identity.bears(oneOf: texts))
  }

  @Test(arguments: [
    [], [""], ["orders"], ["orders.test."], ["x.orders.test"], ["SPIFFE://shop/orders"],
    ["orders@shop.test"], ["10.0.0.70"], ["DNS:orders.test"],
  ])
  func `a part of a name or another spelling is not`(texts: [String]) {
    #expect(!Self.identity.bears(oneOf: texts))
  }

  @Test func `who has no names bears none`() {
    #expect(!PeerIdentity(names: []).bears(oneOf: ["", "orders.test"]))
  }

  @Test func `names are written as certificates' tools write them`() {
    #expect(
      Self.identity.names.map(\.description) == [
        "DNS:Orders.test", "URI:spiffe://shop/orders", "email:Orders@shop.test", "IP:10.0.0.7",
      ])
  }

  @Test func `a context that a caller made has the identity it was given, or none`() {
    #expect(CallContext().identity == nil)
    #expect(CallContext(identity: Self.identity).identity === Self.identity)
    // A call made because of another is one's own.
    #expect(CallContext(identity: Self.identity).child().identity == nil)
  }

  @Test func `the scheme says whether a call goes over TLS`() {
    func bytes(_ isSecure: Bool) -> Int {
      RequestHeaders.pseudoFields(path: [], authority: [], isSecure: isSecure).listBytes
    }
    let others = [
      HeaderField(":method", "POST"), HeaderField(":path", []), HeaderField(":authority", []),
    ]
    #expect(bytes(false) == others.listBytes + HeaderField(":scheme", "http").listBytes)
    #expect(bytes(true) == others.listBytes + HeaderField(":scheme", "https").listBytes)
  }
}
