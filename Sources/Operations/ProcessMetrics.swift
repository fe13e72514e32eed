internal import FoundationEssentials

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// What the system knows of this process, under the names every Prometheus client uses. Linux tells
/// it in `/proc`; elsewhere the series are left out.
public enum ProcessMetrics {
  public static func register(
    in registry: MetricsRegistry, startedAt start: UTCTime
  ) throws(MetricsError) {
    try registry.gauge("process_start_time_seconds", "When the process began, since 1970.") {
      Double(start.microsecondsSince1970) / 1e6
    }
    #if os(Linux)
      try registry.counter("process_cpu_seconds_total", "User and system CPU time.") {
        ProcessStatus.current.map { $0.cpuSeconds }
      }
      try registry.gauge("process_resident_memory_bytes", "Memory that is in RAM.") {
        ProcessStatus.current.map { Double($0.residentBytes) }
      }
      try registry.gauge("process_open_fds", "Open file descriptors.") {
        let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
        // The listing itself holds one of them.
        return names.map { Double(max(0, $0.count - 1)) }
      }
    #endif
  }
}

#if os(Linux)
  /// `/proc/self/stat`, as far as it is used. (proc(5))
  struct ProcessStatus: Equatable {
    let cpuSeconds: Double
    let residentBytes: Int

    /// Nil when the text has another form than the manual says.
    init?(_ text: String, ticksPerSecond: Int, pageBytes: Int) {
      // The second field is the program's name in parentheses, which may hold spaces and
      // parentheses of its own, so fields are counted from the last one.
      guard let end = text.lastIndex(of: ")"), ticksPerSecond > 0 else { return nil }
      let fields = text[text.index(after: end)...].split(separator: " ")
      guard fields.count > 21, let user = Int(fields[11]), let system = Int(fields[12]),
        let pages = Int(fields[21])
      else { return nil }
      let (bytes, overflow) = pages.multipliedReportingOverflow(by: pageBytes)
      guard !overflow else { return nil }
      cpuSeconds = (Double(user) + Double(system)) / Double(ticksPerSecond)
      residentBytes = bytes
    }

    static var current: ProcessStatus? {
      guard let text = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8) else {
        return nil
      }
      return ProcessStatus(
        text, ticksPerSecond: sysconf(Int32(_SC_CLK_TCK)), pageBytes: sysconf(Int32(_SC_PAGESIZE)))
    }
  }
#endif
