import Foundation
import HTTP2
import Subprocess
import SystemPackage
import Testing

@testable import LoadTest

/// The program itself: what it prints where, and how it exits.
@Suite struct ProgramTests {
  private func rpcload(
    _ arguments: String...
  ) async throws -> (exit: TerminationStatus, output: String, errors: String) {
    // The test bundle and the programs are built into one folder.
    let folder = FilePath(CommandLine.arguments[0]).removingLastComponent()
    let result = try await Subprocess.run(
      .path(folder.appending("rpcload")), arguments: Arguments(arguments),
      output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
    return (result.terminationStatus, result.standardOutput, result.standardError)
  }

  private func withServer(
    _ script: @escaping @Sendable (Int) -> StubServer.Reply,
    _ body: (_ target: String) async throws -> Void
  ) async throws {
    let server = try await StubServer(script)
    try await body("127.0.0.1:\(server.port)")
    try await server.close()
  }

  @Test func `a run prints its report on standard output and writes its result`() async throws {
    let path = NSTemporaryDirectory() + "/rpcload-\(UUID().uuidString).json"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try await withServer { _ in
      .ok
    } _: { target in
      let run = try await rpcload(
        "--method", "a.B/C", "--target", target, "--count", "300", "--json", path,
        "--max-error-rate", "0%", "--seed", "11")
      #expect(run.exit == .exited(0))
      #expect(run.errors == "")
      #expect(run.output.contains("requests: 300 completed, 0 unfinished"))
      #expect(run.output.contains("PASS error rate <= 0%"))
      #expect(!run.output.contains("\u{1B}"))
      let object = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path)))
      let result = try #require(object as? [String: Any])
      #expect(result["seed"] as? Int == 11)
      #expect((result["counts"] as? [String: Int])?["completed"] == 300)
    }
  }

  @Test func `every file that was asked for is written, and the page is made again from one`()
    async throws
  {
    let folder = NSTemporaryDirectory() + "/rpcload-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await withServer { _ in
      .ok
    } _: { target in
      let run = try await rpcload(
        "--method", "a.B/C", "--target", target, "--count", "50", "--quiet",
        "--json", folder + "/r.json", "--html", folder + "/missing/r.html",
        "--csv", folder + "/r.csv", "--hlog", folder + "/r.hlog")
      #expect(run.exit == .exited(74))
      #expect(run.errors.contains("/missing/r.html"))
      let files = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(Set(files) == ["r.json", "r.csv", "r.hlog"])
      let report = try await rpcload("report", folder + "/r.json", "--html", folder + "/r.html")
      #expect(report.exit == .exited(0))
      let page = try String(contentsOfFile: folder + "/r.html", encoding: .utf8)
      #expect(page.hasPrefix("<!DOCTYPE html>"))
      #expect(try await rpcload("report", folder, "--html", "/x").exit == .exited(64))
    }
  }

  @Test func `a gate that is not met is exit 3`() async throws {
    try await withServer {
      $0.isMultiple(of: 2) ? .ok : .trailers(status: "14")
    } _: { target in
      let run = try await rpcload(
        "run", "--method", "a.B/C", "--target", target, "--count", "100", "--max-error-rate", "1%")
      #expect(run.exit == .exited(3))
      #expect(run.output.contains("FAIL error rate <= 1%, measured 50%"))
    }
  }

  @Test func `a result that cannot be written is exit 74 after the report`() async throws {
    try await withServer { _ in
      .ok
    } _: { target in
      let run = try await rpcload(
        "--method", "a.B/C", "--target", target, "--count", "1", "--json", "/nowhere/at/all.json")
      #expect(run.exit == .exited(74))
      #expect(run.output.contains("requests: 1 completed"))
      #expect(run.errors.contains("/nowhere/at/all.json"))
    }
  }

  @Test func `an unreachable server is exit 69 and bad options are exit 64`() async throws {
    let server = try await StubServer { _ in .ok }
    try await server.close()
    let target = "127.0.0.1:\(server.port)"
    let unreachable = try await rpcload("--method", "a.B/C", "--target", target)
    #expect(unreachable.exit == .exited(69))
    #expect(unreachable.errors.contains(target))
    #expect(unreachable.errors.lowercased().contains("refused"))
    let wrong = try await rpcload("--concurrency", "101")
    #expect(wrong.exit == .exited(64))
    #expect(wrong.errors.contains("--concurrency 101"))
    #expect(wrong.output == "")
  }

  @Test func `SIGINT ends a run early with what was measured and exit 130`() async throws {
    try await withServer { _ in
      .ok
    } _: { target in
      let folder = FilePath(CommandLine.arguments[0]).removingLastComponent()
      let result = try await Subprocess.run(
        .path(folder.appending("rpcload")),
        arguments: [
          "--method", "a.B/C", "--target", target, "--duration", "1h", "--slo", "max=1ns",
        ],
        input: .none, output: .sequence, error: .discarded
      ) { execution in
        var text = ""
        var hasSent = false
        for try await line in execution.standardOutput.strings() {
          // The first line of progress says that the run is under way.
          if !hasSent, line.contains("in flight") {
            hasSent = true
            try execution.send(signal: .interrupt)
          }
          text += line
        }
        return text
      }
      #expect(result.terminationStatus == .exited(130))
      #expect(result.closureResult.contains("INTERRUPTED"))
      #expect(!result.closureResult.contains("FAIL"))
    }
  }

  @Test func `a second signal ends the program at once, whatever it waits for`() async throws {
    // The stock is never prepared, so only the second signal can end this.
    try await withServer { _ in
      .silence
    } _: { target in
      let folder = FilePath(CommandLine.arguments[0]).removingLastComponent()
      let result = try await Subprocess.run(
        .path(folder.appending("rpcload")),
        arguments: [
          "--prepare", "--inventory", target, "--orders", target, "--no-verify",
        ],
        input: .none, output: .sequence, error: .combinedWithOutput
      ) { execution in
        var text = ""
        for try await line in execution.standardOutput.strings() {
          text += line
          // The seed is printed when signals are listened for.
          if line.contains("seed") { try execution.send(signal: .interrupt) }
          if line.contains("a second signal") { try execution.send(signal: .terminate) }
        }
        return text
      }
      // Where the machine is so busy that the signals take longer than connecting may, it ends by
      // itself.
      withKnownIssue(isIntermittent: true) {
        #expect(result.terminationStatus == .exited(143))
        #expect(result.closureResult.contains("rpcload: stopping"))
      } when: {
        result.closureResult.contains("not ready within")
      }
      #expect(!result.closureResult.contains("requests:"))
    }
  }

  @Test func `a warning goes to standard error and not into the results`() async throws {
    let server = try await StubServer(streams: 9) { _ in .ok }
    let run = try await rpcload(
      "--method", "a.B/C", "--target", "127.0.0.1:\(server.port)", "--count", "50")
    #expect(run.exit == .exited(0))
    #expect(run.errors.contains("allows 9 streams"))
    #expect(!run.output.contains("allows 9 streams"))
    try await server.close()
  }
}
