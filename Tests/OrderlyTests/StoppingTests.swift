import Foundation
import NIOCore
import NIOPosix
import Testing

/// How a process ends. The edge needs no database, so it stands for all of them here.
@Suite struct StoppingTests {
  private static let edge = ["edge", "--edge-port", "0", "--admin-port", "0"]

  private struct LastLine: Decodable {
    let message: String
    let drained: Int
    let cut: Int
    let seconds: Double
  }

  @Test(arguments: [SIGTERM, SIGINT])
  func `a signal stops the process, and its last line is the account`(signal: Int32) async throws {
    let ended = try await OrderlyProgram.serving(Self.edge) { program in
      let edge = try await program.address("edge")
      #expect(try await program.get("\(edge)/readyz").status == 200)
      program.send(signal)
    }
    #expect(ended.code == 0)
    #expect(ended.output.split(separator: "\n").count == 1)
    let line = try #require(ended.errorLines.last)
    let last = try JSONDecoder().decode(LastLine.self, from: Data(line.utf8))
    #expect(last.message == "stopped")
    #expect(last.drained == 0)
    #expect(last.cut == 0)
    #expect(last.seconds >= 0)
  }

  @Test(arguments: [(SIGTERM, Int32(143)), (SIGINT, Int32(130))])
  func `a second signal ends the process at once`(signal: Int32, code: Int32) async throws {
    let ended = try await OrderlyProgram.serving(Self.edge + ["--shutdown-delay", "10m"]) {
      program in
      _ = try await program.address("edge")
      program.send(SIGTERM)
      _ = try await program.errors.first { $0.contains(#""message":"stopping""#) }
      program.send(signal)
    }
    #expect(ended.code == code)
  }

  @Test func `during the delay it is not ready but still accepts`() async throws {
    let ended = try await OrderlyProgram.serving(Self.edge + ["--shutdown-delay", "10m"]) {
      program in
      let edge = try await program.address("edge")
      let admin = try await program.adminAddress()
      #expect(try await program.get("http://\(admin)/readyz").status == 200)
      program.send(SIGTERM)
      _ = try await program.errors.first { $0.contains(#""message":"stopping""#) }
      let readiness = try await program.get("http://\(admin)/readyz")
      #expect(readiness.status == 503)
      #expect(readiness.body == #"{"status":"DOWN","failing":["shutdown"]}"#)
      #expect(try await program.get("http://\(admin)/livez").status == 200)
      #expect(try await program.get("\(edge)/v1/nowhere").status == 404)
      program.send(SIGTERM)
    }
    #expect(ended.code == 143)
  }

  @Test func `a client that never ends its request is cut when the time is up`() async throws {
    let ended = try await OrderlyProgram.serving(Self.edge + ["--shutdown-drain", "100ms"]) {
      program in
      let edge = try await program.address("edge")
      let port = try #require(edge.split(separator: ":").last.flatMap { Int($0) })
      let client = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connect(host: "127.0.0.1", port: port).get()
      try await client.writeAndFlush(
        ByteBuffer(
          string: """
            POST /v1/orders HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n\
            content-length: 100\r\n\r\n{
            """))
      // An answer on another connection shows that the edge has come past the first one's accept.
      #expect(try await program.get("\(edge)/readyz").status == 200)
      program.send(SIGTERM)
      try await client.closeFuture.get()
    }
    #expect(ended.code == 0)
    let line = try #require(ended.errorLines.last)
    let last = try JSONDecoder().decode(LastLine.self, from: Data(line.utf8))
    #expect(last.cut == 1)
  }

  @Test func `SIGPIPE ends nothing`() async throws {
    let ended = try await OrderlyProgram.serving(Self.edge) { program in
      let admin = try await program.adminAddress()
      _ = try await program.address("edge")
      program.send(SIGPIPE)
      #expect(try await program.get("http://\(admin)/livez").status == 200)
      program.send(SIGTERM)
    }
    #expect(ended.code == 0)
  }

  @Test func `a start that waits for its database can be stopped`() async throws {
    let ended = try await OrderlyProgram.serving([
      "inventory", "--inventory-database", "host=/nowhere", "--inventory-port", "0",
      "--admin-port", "0", "--database-wait", "10m",
    ]) { program in
      let admin = try await program.adminAddress()
      let readiness = try await program.get("http://\(admin)/readyz")
      #expect(readiness.status == 503)
      #expect(readiness.body.contains("startup"))
      program.send(SIGTERM)
    }
    #expect(ended.code == 0)
    #expect(ended.output.isEmpty)
  }
}
