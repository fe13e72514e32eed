import ArgumentParser
import Foundation
import HTTP2
import Logging
import RPC
import Transport

/// gRPC's interop suite: the test service, and its cases as a client.
@main
struct InteropCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "interop", abstract: "Plays gRPC's interop suite with another implementation.",
    subcommands: [Serve.self, Call.self])

  struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Serves the test service.")

    @Option(help: "0 takes a free port, which is printed.") var port = 0
    @Flag(help: "Waits for slow peers no longer than a few seconds.") var impatient = false
    @Option(help: "Streams that a connection may have at once.") var streamsMax: UInt32?
    @OptionGroup var tls: TLSFlags

    func run() async throws {
      var router = Router()
      TestService(id: UUID().uuidString).register(in: &router)
      var settings = settings
      settings.tls = try tls.files.map {
        try TLSCredentials(serverFiles: $0, logger: InteropCommand.logger)
      }
      let server = Server(router: router, settings: settings, logger: InteropCommand.logger)
      let bound = try await server.start(host: "127.0.0.1", port: port)
      try FileHandle.standardOutput.write(contentsOf: Data("port \(bound)\n".utf8))
      while true { try await Task.sleep(for: .seconds(3600)) }
    }

    private var settings: ServerSettings {
      var settings = ServerSettings()
      if impatient {
        settings.handshakeTimeMax = .seconds(5)
        settings.headerBlockTimeMax = .seconds(1)
        settings.stallTimeMax = .seconds(2)
        settings.streamStallTimeMax = .seconds(2)
      }
      if let streamsMax { settings.http2.concurrentStreamsMax = streamsMax }
      return settings
    }
  }

  struct Call: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Plays cases against a server; all of them by default.")

    @Argument(help: "host:port, or another target of a client.") var target: String
    @Option(name: .customLong("case"), help: "One case; may be given more than once.")
    var cases: [TestCase] = []
    @OptionGroup var tls: TLSFlags

    func run() async throws {
      var hasFailed = false
      var settings = ClientSettings()
      settings.tls = try tls.files.map {
        try TLSCredentials(clientFiles: $0, logger: InteropCommand.logger)
      }
      for testCase in cases.isEmpty ? TestCase.allCases : cases {
        let makeClient = { @Sendable [target, tls = settings.tls] (settings: ClientSettings) in
          var settings = settings
          settings.tls = tls
          return Client([target], settings: settings, logger: InteropCommand.logger)
        }
        let client = makeClient(ClientSettings())
        do {
          try await CaseRunner(client: client, makeClient: makeClient).run(testCase)
          print("ok \(testCase.rawValue)")
        } catch {
          hasFailed = true
          print("FAILED \(testCase.rawValue): \(error)")
        }
        await client.shutdown()
      }
      if hasFailed { throw ExitCode(1) }
    }
  }

  static var logger: Logger {
    var logger = Logger(label: "interop")
    logger.logLevel = .error
    return logger
  }
}
