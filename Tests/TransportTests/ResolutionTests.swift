import Testing

@testable import Transport

@Suite struct ResolutionTests {
  private static let second: UInt64 = 1_000_000_000

  private static func resolution(_ targets: String...) throws -> Resolution {
    Resolution(try targets.map { try Target($0) }, intervalMin: .seconds(30))
  }

  private static func hosts(_ texts: String...) -> Result<[HostPort], ResolveError> {
    .success(texts.compactMap { HostPort($0) })
  }

  @Test func `for lost connections a name is asked for at most once in the time`() throws {
    var resolution = try Self.resolution("orders:1")
    var asks = resolution.ask(now: 0, isNeeded: true)
    #expect(asks)
    asks = resolution.ask(now: 1, isNeeded: true)
    #expect(!asks, "while an answer is awaited")
    resolution.answered([(0, Self.hosts("10.0.0.7:1"))])
    asks = resolution.ask(now: 29 * Self.second, isNeeded: false)
    #expect(!asks)
    asks = resolution.ask(now: 30 * Self.second, isNeeded: false)
    #expect(asks)
  }

  @Test func `addresses are not asked for`() throws {
    var resolution = try Self.resolution("10.0.0.7:1", "unix:/a")
    let asks = resolution.ask(now: 0, isNeeded: true)
    #expect(!asks)
    #expect(resolution.endpoints.map(\.text) == ["10.0.0.7:1", "unix:/a"])
  }

  @Test func `a failed answer keeps the addresses of its name`() throws {
    var resolution = try Self.resolution("orders:1", "more:1")
    resolution.answered([(0, Self.hosts("10.0.0.7:1")), (1, Self.hosts("10.0.0.8:1"))])
    resolution.answered([
      (0, .failure(ResolveError("try again later"))), (1, Self.hosts("10.0.0.9:1")),
    ])
    #expect(resolution.endpoints.map(\.text) == ["10.0.0.7:1", "10.0.0.9:1"])
    #expect(resolution.failure == "orders:1: try again later")
    resolution.answered([(0, Self.hosts())])
    #expect(resolution.endpoints.count == 2)
  }

  @Test func `an address stands once, under the name that led to it`() throws {
    var resolution = try Self.resolution("orders:1")
    resolution.answered([(0, Self.hosts("10.0.0.7:1", "10.0.0.7:1", "no-address:1"))])
    #expect(resolution.endpoints.map(\.authority) == ["orders:1"])
  }
}
