import Testing

@testable import LoadTest

/// What the edge's own metrics say of its cost.
@Suite struct EdgeAdminTests {
  private static func page(_ seconds: String) -> StubEdge.Reply {
    let body =
      "# HELP process_cpu_seconds_total User and system CPU time.\n"
      + "# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total \(seconds)\n"
    return .bytes(StubEdge.reply("200 OK", body, type: "text/plain; version=0.0.4"))
  }

  @Test(arguments: [
    ("process_cpu_seconds_total 1.5\n", 1.5), ("a 1\nprocess_cpu_seconds_total 0", 0),
    ("process_cpu_seconds_total 12 1700000000\r\n", 12),
    ("process_cpu_seconds_total{job=\"a b} \"} 2e3\n", 2000),
    ("process_cpu_seconds_total_more 9\nprocess_cpu_seconds_total 3\n", 3),
  ])
  func `the counter is found among the others`(page: String, seconds: Double) {
    #expect(EdgeAdmin.processorSeconds(page) == seconds)
  }

  @Test(arguments: [
    "", "# process_cpu_seconds_total 1", "process_cpu_seconds_total", "process_cpu_seconds_total ",
    "process_cpu_seconds_total x", "process_cpu_seconds_total NaN",
    "process_cpu_seconds_total +Inf",
    "process_cpu_seconds_total -1", "process_cpu_seconds_total{a=\"1\" 2", "<html></html>",
  ])
  func `a page without the counter has none`(page: String) {
    #expect(EdgeAdmin.processorSeconds(page) == nil)
  }

  @Test func `a run tells what each request cost the edge`() async throws {
    let admin = try await StubEdge { number, _ in Self.page(number == 0 ? "10.0" : "10.5") }
    let edge = try await StubEdge { _, _ in StubEdge.ok }
    let result = try await RESTNetworkTests.run(against: edge) {
      $0.edgeAdmin = TargetAddress(host: "127.0.0.1", port: admin.port)
      $0.ending = .count(100)
    }
    try await admin.close()
    #expect(result.edgeCost == .measured(seconds: 0.5, requests: 100))
    #expect(result.edgeCost.microsecondsPerRequest == 5000)
    #expect(admin.log.requests.map(\.line) == .init(repeating: "GET /metrics HTTP/1.1", count: 2))
    let text = Report(result, hasColour: false).text
    #expect(text.contains("edge: 5000.00 us of processor for each request"))
    #expect(text.contains("over 1 HTTP/1.1 connection(s)"))
    let document = ResultDocument(result).value
    #expect(document["edge"]?["us_per_request"]?.double == 5000)
    let page = StoredResult(ResultDocument(result)).html
    #expect(page.contains("<b>5000.00 µs</b><span>edge CPU per request</span>"))
  }

  @Test func `an edge that was started anew or is gone at the end has no known cost`()
    async throws
  {
    for reply in [Self.page("1.0"), .last("")] as [StubEdge.Reply] {
      let admin = try await StubEdge { number, _ in number == 0 ? Self.page("10.0") : reply }
      let edge = try await StubEdge { _, _ in StubEdge.ok }
      let result = try await RESTNetworkTests.run(against: edge) {
        $0.edgeAdmin = TargetAddress(host: "127.0.0.1", port: admin.port)
      }
      try await admin.close()
      guard case .impossible = result.edgeCost else {
        Issue.record("\(result.edgeCost)")
        continue
      }
      #expect(result.exitCode == 0)
      #expect(Report(result, hasColour: false).text.contains("processor time not known"))
    }
  }

  @Test(
    arguments: [
      .bytes(StubEdge.reply("404 Not Found", "no")), .bytes(StubEdge.reply("200 OK", "a 1\n")),
      .bytes("SSH-2.0\r\n"), .last(""),
    ] as [StubEdge.Reply])
  func `an admin listener that tells nothing is found before the load`(
    reply: StubEdge.Reply
  ) async throws {
    let admin = try await StubEdge { _, _ in reply }
    let edge = try await StubEdge { _, _ in StubEdge.ok }
    await #expect {
      _ = try await RESTNetworkTests.run(against: edge) {
        $0.edgeAdmin = TargetAddress(host: "127.0.0.1", port: admin.port)
      }
    } throws: { error in
      (error as? LoadError)?.exitCode == 69 && "\(error)".contains("127.0.0.1:\(admin.port)")
    }
    #expect(edge.log.requests.isEmpty)
    try await admin.close()
    try await edge.close()
  }
}
