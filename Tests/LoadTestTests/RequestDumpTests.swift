import Testing

@testable import LoadTest

@Suite struct RequestDumpTests {
  private func lines(
    _ count: UInt64, _ change: (inout RunConfiguration) throws -> Void = { _ in }
  ) throws -> [String] {
    var configuration = RunConfiguration()
    configuration.workload.seed = 3
    try change(&configuration)
    var lines: [String] = []
    try RequestDump(configuration).write(count) { lines.append($0) }
    return lines
  }

  @Test func `one seed prints the same requests at the same times, whatever carries them`() throws {
    let one = try lines(500) { $0.load = .open(try RateProfile(parsing: "3k"), .poisson) }
    let other = try lines(500) {
      $0.load = .open(try RateProfile(parsing: "3k"), .poisson)
      $0.connections = 4
      $0.threads = 4
    }
    #expect(one.count == 500)
    #expect(one == other)
    let reseeded = try lines(500) {
      $0.workload.seed = 4
      $0.load = .open(try RateProfile(parsing: "3k"), .poisson)
    }
    #expect(zip(one, reseeded).allSatisfy { $0 != $1 })
  }

  @Test func `a line has index, time, kind, path and message`() throws {
    let uniform = try lines(3) {
      $0.load = .open(try RateProfile(parsing: "3"), .uniform)
      $0.target = TargetAddress(host: "h", port: 1)
      $0.workload.content = .method(try RawMethod(parsing: "a.B/C", bodies: [[1, 0xAB]]))
    }
    #expect(
      uniform == [
        "0 0 raw /a.B/C 01ab", "1 333333333 raw /a.B/C 01ab", "2 666666666 raw /a.B/C 01ab",
      ])
    let closed = try lines(9) {
      $0.ending = .count(2)
      $0.workload.content = .mix(try RequestMix(parsing: "get-order=1"))
    }
    #expect(
      closed
        == (0..<2).map {
          "\($0) - get-order /orders.v1.Orders/GetOrder (an order answered before)"
        })
  }

  @Test func `what goes to the edge is printed as the edge is asked`() throws {
    let rest = try lines(300) {
      $0.rest = TargetAddress(host: "h", port: 1)
      $0.streams = 1
      $0.concurrency = 1
      $0.workload.content = .mix(
        try RequestMix(parsing: "check-stock=1,place-order=1,cancel-order=1"))
    }
    #expect(rest.contains { $0.contains("- check-stock GET /v1/stock?sku=SKU-") })
    #expect(rest.contains { $0.hasSuffix("- cancel-order POST (an order answered before)") })
    let order = try #require(rest.first { $0.contains("place-order") })
    #expect(order.contains("- place-order POST /v1/orders rl-3-"))
    #expect(order.contains(#" {"customerId":"customer-3-"#) && order.hasSuffix("}]}"))
  }
}
