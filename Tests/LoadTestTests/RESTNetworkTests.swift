import Logging
import Testing

@testable import LoadTest

/// The engine over HTTP/1.1 and real sockets, against a server that misbehaves on command.
@Suite struct RESTNetworkTests {
  static func run(
    against edge: StubEdge, _ change: (inout RunConfiguration) throws -> Void = { _ in }
  ) async throws -> RunResult {
    var configuration = RunConfiguration()
    configuration.workload.content = .mix(try RequestMix(parsing: "check-stock=1"))
    configuration.workload.seed = 5
    configuration.rest = TargetAddress(host: "127.0.0.1", port: edge.port)
    configuration.streams = 1
    configuration.concurrency = 1
    configuration.ending = .count(1)
    try change(&configuration)
    let result = try await LoadRun(configuration, logger: Logger(label: "test"))
      .run(control: RunControl()) { _ in }
    try await edge.close()
    return result
  }

  private func names(_ result: RunResult) -> [String] {
    result.summary.outcomes.map(\.outcome.description)
  }

  @Test(
    arguments: [
      (StubEdge.ok, "OK"),
      (.bytes(StubEdge.problem("404 Not Found", code: "NOT_FOUND", reason: "X")), "NOT_FOUND"),
      (
        .bytes(StubEdge.problem("409 Conflict", code: "FAILED_PRECONDITION", reason: "Y")),
        "FAILED_PRECONDITION"
      ),
      (.bytes(StubEdge.problem("500 No", code: "ODD", reason: "ODD")), "malformed"),
      (.bytes(StubEdge.reply("200 OK", "<html>hello</html>", type: "text/html")), "malformed"),
      (.bytes(StubEdge.reply("200 OK", "<html>hello</html>")), "malformed"),
      (.bytes(StubEdge.reply("503 Busy", "<html></html>", type: "text/html")), "malformed"),
      (.bytes(StubEdge.reply("200 OK", #"{"items":[]}"#, length: 4)), "malformed"),
      // Bytes that never come: the connection ends first.
      (.last(StubEdge.reply("200 OK", #"{"items":[]}"#, length: 400)), "transport/closed"),
      (.last(""), "transport/closed"), (.last("HTTP/1.1 200"), "transport/closed"),
      (.bytes("SSH-2.0-OpenSSH_9.2\r\n"), "malformed"),
    ] as [(StubEdge.Reply, String)])
  func `a reply is called what it is`(reply: StubEdge.Reply, name: String) async throws {
    let edge = try await StubEdge { _, _ in reply }
    let result = try await Self.run(against: edge)
    #expect(names(result) == [name])
    #expect(result.summary.latency.count == 1)
    #expect(result.summary.errorRate == (name == "OK" ? 0 : 1))
  }

  @Test func `every request is answered and counted once over kept connections`() async throws {
    let edge = try await StubEdge { _, _ in StubEdge.ok }
    let result = try await Self.run(against: edge) {
      $0.connections = 5
      $0.concurrency = 5
      $0.ending = .count(500)
    }
    #expect(result.summary.outcomes.map(\.count) == [500])
    #expect(result.connectionsOpened == 5)
    #expect(edge.log.connections == 5)
    #expect(edge.log.requests.count == 500)
    #expect(result.summary.reopened == 0)
    let hosts = Set(edge.log.requests.compactMap { $0.field("host") })
    #expect(hosts == ["127.0.0.1:\(edge.port)"])
  }

  @Test func `orders carry their key, their limit and the metadata, and are read by their kind`()
    async throws
  {
    let edge = try await StubEdge { number, _ in
      let problem = StubEdge.problem(
        "409 Conflict", code: "FAILED_PRECONDITION", reason: "OUT_OF_STOCK")
      return .bytes(number.isMultiple(of: 2) ? problem : StubEdge.reply("201 Created", "{}"))
    }
    let result = try await Self.run(against: edge) {
      $0.workload.content = .mix(try RequestMix(parsing: "place-order=1"))
      $0.timeout = .seconds(3600)
      $0.metadata = try RequestMetadata.parse(["x-a:b"])
      $0.ending = .count(10)
    }
    #expect(names(result) == ["OK", "FAILED_PRECONDITION"])
    #expect(result.summary.reasons.map(\.reason) == ["OUT_OF_STOCK"])
    // Selling out is no error, over REST as over RPC.
    #expect(result.summary.errorRate == 0)
    let keys = edge.log.requests.compactMap { $0.field("idempotency-key") }
    #expect(keys == (0..<10).map { OrderKey.text(seed: 5, index: $0) })
    for request in edge.log.requests {
      #expect(request.line == "POST /v1/orders HTTP/1.1")
      #expect(request.field("x-server-timeout") == "3600.000000000")
      #expect(request.field("x-a") == "b")
      #expect(request.field("content-type") == "application/json")
      #expect(request.body.hasPrefix(#"{"customerId":"customer-5-"#))
    }
  }

  @Test func `a connection that the server closes is opened again, whether it said so or not`()
    async throws
  {
    let edge = try await StubEdge { number, _ in
      switch number {
      case 3: .last(StubEdge.reply("200 OK", "{}", more: "Connection: close\r\n"))
      case 6: .last(StubEdge.reply("200 OK", "{}"))
      case 9: .last("")
      default: StubEdge.ok
      }
    }
    let result = try await Self.run(against: edge) { $0.ending = .count(20) }
    // One may be sent into the connection that is just being closed.
    let closed = result.summary.count(of: .transport(.closed))
    #expect((1...2).contains(closed))
    #expect(result.summary.count(of: .ok) == 20 - closed)
    #expect(result.summary.reopened == 3)
    #expect(edge.log.connections == 4)
  }

  @Test func `a request without an answer ends at its limit, and the next has a new connection`()
    async throws
  {
    let edge = try await StubEdge { _, _ in .silence }
    let result = try await Self.run(against: edge) {
      $0.ending = .count(4)
      $0.timeout = LoadDuration(nanoseconds: 30_000_000)
    }
    #expect(names(result) == ["deadline"])
    #expect(result.summary.latency.count == 4)
    // HTTP/1.1 takes no request back: on the same connection the next would wait for the last.
    #expect(result.summary.reopened >= 3)
    #expect(edge.log.requests.allSatisfy { $0.field("x-server-timeout") == "0.030000000" })
  }

  @Test func `what is never answered is unfinished`() async throws {
    let edge = try await StubEdge { number, _ in number < 3 ? StubEdge.ok : .silence }
    let result = try await Self.run(against: edge) {
      $0.connections = 2
      $0.concurrency = 2
      $0.ending = .count(5)
      $0.drain = LoadDuration(nanoseconds: 100_000_000)
    }
    #expect(result.summary.completed == 3)
    #expect(result.summary.unfinished == 2)
  }

  @Test func `an edge that nobody reaches is named with the system's reason`() async throws {
    let gone = try await StubEdge { _, _ in StubEdge.ok }
    try await gone.close()
    let edge = try await StubEdge { _, _ in StubEdge.ok }
    await #expect {
      _ = try await Self.run(against: edge) {
        $0.rest = TargetAddress(host: "127.0.0.1", port: gone.port)
      }
    } throws: { error in
      let error = error as? LoadError
      let text = error?.description.lowercased() ?? ""
      return error?.exitCode == 69 && text.contains("127.0.0.1:\(gone.port)")
        && text.contains("refused")
    }
    try await edge.close()
  }

  @Test func `a configuration that the edge cannot take is refused`() throws {
    func refusal(_ change: (inout RunConfiguration) throws -> Void) throws -> String? {
      var configuration = RunConfiguration()
      configuration.rest = TargetAddress(host: "h", port: 1)
      configuration.streams = 1
      configuration.concurrency = 1
      try change(&configuration)
      do throws(LoadError) {
        try configuration.validate()
        return nil
      } catch {
        #expect(error.exitCode == 64)
        return "\(error)"
      }
    }
    #expect(try refusal { _ in } == nil)
    #expect(try refusal { $0.streams = 2 }?.contains("--streams 2") == true)
    #expect(try refusal { $0.concurrency = 2 }?.contains("--concurrency 2") == true)
    let method = try refusal {
      $0.workload.content = .method(try RawMethod(parsing: "a.B/C", bodies: []))
      $0.target = TargetAddress(host: "h", port: 1)
    }
    #expect(method?.contains("--method") == true)
    for name in RESTHeads.reserved.sorted() {
      let text = try refusal { $0.metadata = try RequestMetadata.parse(["\(name):x"]) }
      #expect(text?.contains("\"\(name)\"") == true)
    }
  }
}
