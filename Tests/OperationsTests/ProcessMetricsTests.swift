import Testing

@testable import Operations

@Suite struct ProcessMetricsTests {
  @Test func `a process knows its CPU time, memory, files and start`() throws {
    let registry = MetricsRegistry()
    try ProcessMetrics.register(
      in: registry, startedAt: UTCTime(microsecondsSince1970: 1_767_322_984_500_000))
    let text = try MetricsText(registry.page.bytes)
    #expect(text.value("process_start_time_seconds") == 1_767_322_984.5)
    #if os(Linux)
      #expect(try #require(text.value("process_resident_memory_bytes")) > 1_000_000)
      #expect(try #require(text.value("process_open_fds")) >= 3)
      #expect(try #require(text.value("process_cpu_seconds_total")) >= 0)
    #endif
  }

  #if os(Linux)
    @Test func `a program name with parentheses and spaces shifts no field`() {
      let numbers = (3...52).map { $0 == 14 ? "250" : $0 == 15 ? "50" : $0 == 24 ? "10" : "0" }
      let text = "1 (a) b (c) S " + numbers.dropFirst().joined(separator: " ")
      let status = ProcessStatus(text, ticksPerSecond: 100, pageBytes: 4096)
      #expect(status?.cpuSeconds == 3)
      #expect(status?.residentBytes == 40_960)
    }

    @Test(arguments: [
      "", "1 x S 0", "1 (x) S 0 0", "1 (x) S " + String(repeating: "x ", count: 40),
    ])
    func `another form is no status`(text: String) {
      #expect(ProcessStatus(text, ticksPerSecond: 100, pageBytes: 4096) == nil)
    }
  #endif
}
