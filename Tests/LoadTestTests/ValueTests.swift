import Testing

@testable import LoadTest

@Suite struct ValueTests {
  @Test(
    arguments: [
      ("250us", 250_000), ("5ms", 5_000_000), ("2s", 2_000_000_000), ("1m", 60_000_000_000),
      ("1.5s", 1_500_000_000), ("0s", 0), ("1h", 3_600_000_000_000), ("7ns", 7),
    ] as [(String, UInt64)])
  func `a duration is read exactly`(text: String, nanoseconds: UInt64) throws {
    #expect(try LoadDuration(parsing: text).nanoseconds == nanoseconds)
  }

  @Test(arguments: [
    "", "5", "ms", "-5ms", "+5ms", "5 ms", "5MS", "5msx", "1e3s", "1.s", ".5s", "1.2.3s", "1,5s",
    "0.5ns", "721h", "99999999999999999999s", "٣s", "∞s",
  ])
  func `what is no duration is refused by name`(text: String) {
    #expect(throws: LoadError.self) { try LoadDuration(parsing: text) }
  }

  @Test func `a printed duration reads back as itself`() throws {
    for nanoseconds: UInt64 in [0, 1, 999, 1000, 1500, 60_000_000_000, 90_000_000_000] {
      let duration = LoadDuration(nanoseconds: nanoseconds)
      #expect(try LoadDuration(parsing: duration.description) == duration)
    }
  }

  @Test(
    arguments: [
      ("500", 500_000), ("20k", 20_000_000), ("1.5M", 1_500_000_000), ("19.9k", 19_900_000),
      ("0.001", 1), ("1000M", 1_000_000_000_000),
    ] as [(String, UInt64)])
  func `a rate is read exactly`(text: String, perThousandSeconds: UInt64) throws {
    #expect(try LoadRate(parsing: text).perThousandSeconds == perThousandSeconds)
  }

  @Test(arguments: ["", "0", "k", "20K", "20 k", "-1", "0.0001", "1001M", "1e4", "5ms", "1k/s"])
  func `what is no rate is refused`(text: String) {
    #expect(throws: LoadError.self) { try LoadRate(parsing: text) }
  }

  @Test(arguments: [("0.1%", 0.001), ("0.001", 0.001), ("100%", 1), ("1", 1), ("0", 0)])
  func `a share is a percentage or a fraction`(text: String, value: Double) throws {
    #expect(abs(try LoadShare(parsing: text).value - value) < 1e-12)
  }

  @Test(arguments: ["", "%", "101%", "1.1", "-1%", "5 %", "abc"])
  func `what is no share is refused`(text: String) {
    #expect(throws: LoadError.self) { try LoadShare(parsing: text) }
  }

  @Test(arguments: [("1-3", 1...3), ("2", 2...2), ("100", 100...100)])
  func `a range has one or two ends`(text: String, range: ClosedRange<Int>) throws {
    #expect(try NumberRange(parsing: text, within: 1...100) == NumberRange(range))
  }

  @Test(arguments: ["", "-", "3-1", "0-3", "1-101", "1-2-3", "1-", "-1", "a-b", "1 - 2"])
  func `what is no range within the limits is refused`(text: String) {
    #expect(throws: LoadError.self) { try NumberRange(parsing: text, within: 1...100) }
  }

  @Test(arguments: [
    ("127.0.0.1:50051", "127.0.0.1", 50051), ("orders:1", "orders", 1),
    ("[::1]:65535", "::1", 65535),
  ])
  func `an address is a host and a port`(text: String, host: String, port: Int) throws {
    let address = try TargetAddress(parsing: text)
    #expect(address == TargetAddress(host: host, port: port))
    #expect(address.description == text)
  }

  @Test(arguments: ["unix:/run/orders.socket", "unix:///run/orders.socket"])
  func `an address may be a socket file`(text: String) throws {
    let address = try TargetAddress(parsing: text)
    #expect(address.path == "/run/orders.socket")
    #expect(address.description == "unix:/run/orders.socket")
    #expect(address.authority == "localhost")
    #expect(address.isLocal)
  }

  @Test func `a path of the longest length passes, and one byte more does not`() throws {
    let path = "/" + String(repeating: "a", count: 106)
    #expect(try TargetAddress(parsing: "unix:" + path).path == path)
    #expect(throws: LoadError.self) { try TargetAddress(parsing: "unix:\(path)a") }
  }

  @Test(arguments: [
    "unix:", "unix:/", "unix:run/orders", "unix:/a\u{0}b", "", "host", "host:",
    ":1", "host:0", "host:65536", "::1:80", "h st:1", "h:+1",
  ])
  func `what is no address is refused`(text: String) {
    #expect(throws: LoadError.self) { try TargetAddress(parsing: text) }
  }

  @Test func `a list of percentiles comes back sorted and each once`() throws {
    let list = try Percentile.list(parsing: "99.9,50,99.90,100")
    #expect(list.map(\.description) == ["50", "99.9", "100"])
    for text in ["", "0", "101", "50,,99", "p99", "-1"] {
      #expect(throws: LoadError.self) { try Percentile.list(parsing: text) }
    }
  }

  @Test func `decimals have a point and the places asked for`() {
    #expect(Decimals.fixed(1234.5678, places: 2) == "1234.57")
    #expect(Decimals.fixed(0.05, places: 1) == "0.1")
    #expect(Decimals.fixed(-0.001, places: 2) == "0.00")
    #expect(Decimals.fixed(3, places: 3) == "3.000")
    #expect(Decimals.fixed(.nan, places: 3) == "-")
    #expect(Decimals.shortest(99.900, placesMax: 6) == "99.9")
    #expect(Decimals.shortest(100, placesMax: 6) == "100")
    #expect(Decimals.time(999) == "999 ns")
    #expect(Decimals.time(1_234_000) == "1.23 ms")
  }
}
