import HTTP2
import Logging
import Testing

@testable import LoadTest

/// The whole engine over real sockets, against a server that misbehaves on command.
@Suite struct NetworkTests {
  private func run(
    against server: StubServer, _ change: (inout RunConfiguration) throws -> Void = { _ in }
  ) async throws -> RunResult {
    var configuration = RunConfiguration()
    configuration.workload.content = .method(try RawMethod(parsing: "a.B/C", bodies: [[1, 2, 3]]))
    configuration.target = TargetAddress(host: "127.0.0.1", port: server.port)
    configuration.ending = .count(400)
    configuration.concurrency = 20
    try change(&configuration)
    let result = try await LoadRun(configuration, logger: Logger(label: "test"))
      .run(control: RunControl()) { _ in }
    try await server.close()
    return result
  }

  @Test func `half the answers unavailable is an error rate of one half`() async throws {
    let server = try await StubServer { $0.isMultiple(of: 2) ? .ok : .trailers(status: "14") }
    let result = try await run(against: server) {
      $0.ending = .count(2000)
      $0.gates = [.errorRate(atMost: try LoadShare(parsing: "1%"))]
    }
    #expect(result.summary.outcomes.map(\.outcome.description) == ["OK", "UNAVAILABLE"])
    #expect(abs(result.summary.errorRate - 0.5) <= 0.001)
    #expect(result.exitCode == 3)
    let text = Report(result, hasColour: false).text
    #expect(text.contains("error rate: 50.000 % (1000 of 2000 not as expected)"))
    #expect(text.contains("FAIL error rate <= 1%, measured 50%"))
  }

  @Test(
    arguments: [
      (.ok, "OK"), (.trailersOnly(status: "5"), "NOT_FOUND"),
      (.trailersOnly(status: "0"), "malformed"), (.trailers(status: "17"), "malformed"),
      (.trailers(status: "00"), "malformed"), (.trailersOnly(status: "x"), "malformed"),
      (.noStatus, "malformed"), (.messages(2), "malformed"), (.messages(0), "malformed"),
      (.cutMessage, "malformed"), (.badEnvelope, "malformed"),
      (.head(httpStatus: "503", contentType: "application/grpc"), "malformed"),
      (.head(httpStatus: "200", contentType: "text/html"), "malformed"),
      (.reset(.internalError), "transport/reset"), (.reset(.refusedStream), "transport/refused"),
      (.hangUp, "transport/closed"),
    ] as [(StubServer.Reply, String)])
  func `a reply is called what it is`(reply: StubServer.Reply, name: String) async throws {
    let server = try await StubServer { _ in reply }
    let result = try await run(against: server) {
      $0.ending = .count(1)
      $0.concurrency = 1
    }
    #expect(result.summary.outcomes.map(\.outcome.description) == [name])
    #expect(result.summary.errorRate == (name == "OK" ? 0 : 1))
  }

  @Test func `every request over several connections is answered and counted once`() async throws {
    let server = try await StubServer { _ in .ok }
    let result = try await run(against: server) {
      $0.connections = 3
      $0.streams = 10
      $0.concurrency = 30
      $0.ending = .count(3000)
    }
    #expect(result.connectionsOpened == 3)
    #expect(result.summary.outcomes.map(\.count) == [3000])
    #expect(result.summary.completedInWindow == 3000)
    #expect(result.summary.rate > 0)
    #expect(result.summary.latency.lowest > 0)
    #expect(result.exitCode == 0)
  }

  @Test func `a request without an answer ends at its own time limit`() async throws {
    let server = try await StubServer { _ in .silence }
    let result = try await run(against: server) {
      $0.ending = .count(20)
      $0.timeout = LoadDuration(nanoseconds: 30_000_000)
    }
    #expect(result.summary.outcomes.map(\.outcome) == [.deadline])
    // How long each took is proved on a clock that stands still: the limit runs from a request's
    // begin, and on a busy machine its bytes may leave much later.
    #expect(result.summary.latency.count == 20)
  }

  @Test func `a request without an answer or limit is unfinished after the drain`() async throws {
    let server = try await StubServer { $0 < 30 ? .ok : .silence }
    let result = try await run(against: server) {
      $0.ending = .count(50)
      $0.drain = LoadDuration(nanoseconds: 100_000_000)
    }
    #expect(result.summary.completed == 30)
    #expect(result.summary.unfinished == 20)
    #expect(result.summary.latency.count == 50)
  }

  @Test func `a lost connection is made again, and the run goes on`() async throws {
    let server = try await StubServer { $0 == 5 ? .hangUp : .ok }
    let result = try await run(against: server) {
      $0.ending = .count(12)
      $0.concurrency = 1
    }
    #expect(result.summary.count(of: .ok) == 10)
    #expect(result.summary.count(of: .transport(.closed)) == 2)
    #expect(result.summary.reopened == 1)
  }

  @Test func `an address nobody listens on is named with the system's reason`() async throws {
    let server = try await StubServer { _ in .ok }
    try await server.close()
    let port = server.port
    await #expect {
      let server = try await StubServer { _ in .ok }
      _ = try await run(against: server) {
        $0.target = TargetAddress(host: "127.0.0.1", port: port)
      }
    } throws: { error in
      let error = error as? LoadError
      let text = error?.description.lowercased() ?? ""
      return error?.exitCode == 69 && text.contains("127.0.0.1:\(port)")
        && text.contains("refused")
    }
  }
}
