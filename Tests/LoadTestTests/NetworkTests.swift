import Foundation
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

  @Test func `a server that allows fewer streams is obeyed, and a warning has both figures`()
    async throws
  {
    // A stream more than it allows would be refused, which is an outcome of its own.
    let server = try await StubServer(streams: 7) { _ in .ok }
    let result = try await run(against: server) { $0.streams = 50 }
    #expect(result.summary.outcomes.map(\.outcome) == [.ok])
    #expect(result.summary.serverStreams == 7)
    let warnings = Report(result, hasColour: false).warnings
    #expect(warnings.count == 1)
    #expect(warnings.first?.contains("allows 7 streams") == true)
    #expect(warnings.first?.contains("--streams asks for 50") == true)
    let enough = try await StubServer(streams: 50) { _ in .ok }
    let other = try await run(against: enough) { $0.streams = 50 }
    #expect(Report(other, hasColour: false).warnings.isEmpty)
  }

  @Test func `what GOAWAY leaves behind is told apart, and another connection takes over`()
    async throws
  {
    let server = try await StubServer { $0 == 5 ? .goAway : .ok }
    let result = try await run(against: server) { $0.ending = .count(100) }
    let summary = result.summary
    #expect(summary.outcomes.map(\.outcome) == [.ok, .transport(.goaway)])
    // Twenty leave in the first write and the sixth is the last that is served.
    #expect(summary.count(of: .transport(.goaway)) >= 14)
    #expect(summary.count(of: .ok) >= 6)
    #expect(summary.all.count == 100)
    #expect(summary.reopened >= 1)
  }

  @Test func `a gate that is lost ends the run early, and is judged by what was measured`()
    async throws
  {
    let server = try await StubServer { _ in .trailers(status: "14") }
    let result = try await run(against: server) {
      $0.load = .open(try RateProfile(parsing: "100"), .uniform)
      $0.ending = .duration(.seconds(3600))
      $0.interval = LoadDuration(nanoseconds: 20_000_000)
      $0.gates = [try Gate(parsing: "max=1ns")]
      $0.abortsOnBreach = true
    }
    #expect(result.breach == (try Gate(parsing: "max=1ns")))
    #expect(result.interruption == nil)
    #expect(result.gates.map(\.passed) == [false])
    #expect(result.summary.started < 360_000)
    #expect(Report(result, hasColour: false).text.contains("ABORTED: max <= 1ns"))
  }

  @Test func `windows are so large that a server need not wait for the tool`() async throws {
    let listener = try await ByteListener()
    let port = listener.port
    let bytes = Task { try await listener.first(46) }
    let control = RunControl()
    let address = TargetAddress(host: "127.0.0.1", port: port)
    var configuration = RunConfiguration()
    configuration.workload.content = .method(try RawMethod(parsing: "a.B/C", bodies: []))
    configuration.target = address
    let run = try LoadRun(configuration, logger: Logger(label: "test"))
    let driving = Task { try await run.run(control: control) { _ in } }
    let sent = try await bytes.value
    try await listener.close()
    // The listener answers nothing, so the run cannot begin.
    await #expect(throws: LoadError.self) { try await driving.value }
    let frames = Self.frames(Array(sent.dropFirst(24)))
    let settings = try #require(frames.first { $0.type == 4 }).payload
    let entries = stride(from: 0, to: settings.count, by: 6).map { Array(settings[$0..<($0 + 6)]) }
    #expect(entries.contains([0, 4, 0, 0x10, 0, 0]))  // INITIAL_WINDOW_SIZE, 1 MiB
    let update = try #require(frames.first { $0.type == 8 })
    #expect(update.stream == 0)
    // What the connection has at first is 65535. (RFC 9113 §6.9.2)
    let increment = (16 << 20) - 65_535
    #expect(update.payload == [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: increment >> $0) })
  }

  private static func frames(
    _ bytes: [UInt8]
  ) -> [(type: UInt8, stream: Int, payload: [UInt8])] {
    var rest = bytes[...]
    var frames: [(type: UInt8, stream: Int, payload: [UInt8])] = []
    while rest.count >= 9 {
      let head = Array(rest.prefix(9))
      let length = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
      let stream = head[5...].reduce(0) { $0 << 8 | Int($1) }
      guard rest.count >= 9 + length else { break }
      frames.append((head[3], stream, Array(rest.dropFirst(9).prefix(length))))
      rest = rest.dropFirst(9 + length)
    }
    return frames
  }

  @Test func `a socket file is a target like any other`() async throws {
    let path = NSTemporaryDirectory() + "/\(UUID().uuidString.prefix(8)).socket"
    let server = try await StubServer(socketFile: path) { _ in .ok }
    let result = try await run(against: server) {
      $0.target = try TargetAddress(parsing: "unix:" + path)
    }
    #expect(result.summary.outcomes.map(\.count) == [400])
    // Closed, it leaves a file that nobody listens on.
    await #expect {
      let other = try await StubServer { _ in .ok }
      _ = try await run(against: other) { $0.target = try TargetAddress(parsing: "unix:" + path) }
    } throws: {
      let error = $0 as? LoadError
      return error?.exitCode == 69 && error?.description.contains(path) == true
    }
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
