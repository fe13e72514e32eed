internal import Foundation

/// The machine a result was made on, without which no two results can be compared.
public struct HostFacts: Equatable, Sendable {
  public let processor: String
  public let cores: Int
  public let kernel: String

  /// Reads what Linux tells about itself; a field it does not tell is `unknown`.
  public static func current() -> HostFacts {
    let model = line(of: "/proc/cpuinfo", beginning: "model name")?
      .split(separator: ":", maxSplits: 1).last
    let kernel = line(of: "/proc/sys/kernel/osrelease", beginning: "")
    return HostFacts(
      processor: model.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown",
      cores: ProcessInfo.processInfo.activeProcessorCount,
      kernel: kernel.map { "Linux \($0)" } ?? ProcessInfo.processInfo.operatingSystemVersionString)
  }

  private static func line(of path: String, beginning prefix: String) -> Substring? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    return text.split(separator: "\n").first { $0.hasPrefix(prefix) }
  }
}
