import Testing

@testable import Transport

@Suite struct TargetTests {
  @Test(arguments: [
    ("127.0.0.1:80", "127.0.0.1", 80), ("[::1]:65535", "::1", 65535), ("name:0", "name", 0),
  ])
  func `an address is host and port`(text: String, host: String, port: Int) {
    let address = HostPort(text)
    #expect(address?.host == host && address?.port == port)
    #expect(address?.description == text)
  }

  @Test(arguments: ["", ":1", "a", "a:", "a:65536", "a:-1", "::1:80", "a:x"])
  func `anything else is no address`(text: String) {
    #expect(HostPort(text) == nil)
  }

  private static func texts(_ target: String) throws -> [String] {
    guard case .endpoints(let endpoints) = try Target(target).place else { return [] }
    return endpoints.map(\.text)
  }

  @Test func `addresses stand for themselves`() throws {
    #expect(try Self.texts("10.0.0.7:1") == ["10.0.0.7:1"])
    #expect(try Self.texts("dns:///10.0.0.7:1") == ["10.0.0.7:1"])
    #expect(try Self.texts("ipv4:10.0.0.7:1,10.0.0.8:2") == ["10.0.0.7:1", "10.0.0.8:2"])
    #expect(try Self.texts("ipv6:[::1]:1,[::2]:2") == ["[::1]:1", "[::2]:2"])
    #expect(try Self.texts("unix:/run/a") == ["unix:/run/a"])
    #expect(try Self.texts("unix:///run/a") == ["unix:/run/a"])
    #expect(try Self.texts("unix:a") == ["unix:a"])
  }

  @Test(arguments: ["orders:50052", "dns:orders:50052", "dns:///orders:50052"])
  func `a name is asked for`(text: String) throws {
    #expect(try Target(text).place == .name(HostPort(host: "orders", port: 50052)))
  }

  @Test func `a socket file has an authority all the same`() throws {
    guard case .endpoints(let endpoints) = try Target("unix:/run/a").place else { return }
    #expect(endpoints[0].authority == "localhost")
  }

  @Test(
    arguments: [
      ("orders", .notHostPort), ("dns://8.8.8.8/orders:1", .dnsServerNamed), ("unix:", .pathEmpty),
      ("ipv4:[::1]:1", .notAddress("[::1]:1")), ("ipv6:10.0.0.7:1", .notAddress("10.0.0.7:1")),
      ("ipv4:10.0.0.7:1,", .notAddress("")), ("ipv4:orders:1", .notAddress("orders:1")),
      ("unix:/" + String(repeating: "a", count: 200), .pathTooLong),
    ] as [(String, TargetError.Reason)])
  func `what names no servers says why`(text: String, reason: TargetError.Reason) {
    #expect(throws: TargetError(reason: reason, target: text)) { try Target(text) }
  }
}
