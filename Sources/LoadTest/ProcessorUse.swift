internal import Foundation

/// Processor time so far: the tool's own, and the whole machine's.
struct ProcessorUse: Equatable, Sendable {
  /// Of this process, in seconds.
  var own = 0.0
  /// Of the machine, in ticks of the kernel, all cores together.
  var busy: UInt64 = 0
  var stolen: UInt64 = 0
  var total: UInt64 = 0

  static func now() -> ProcessorUse {
    var use = ProcessorUse()
    use.own = Double(clock()) / Double(CLOCKS_PER_SEC)
    guard let text = try? String(contentsOfFile: "/proc/stat", encoding: .utf8),
      let line = text.split(separator: "\n").first
    else { return use }
    use.read(line)
    return use
  }

  /// `cpu user nice system idle iowait irq softirq steal …` (proc_stat(5))
  mutating func read(_ line: Substring) {
    let numbers = line.split(separator: " ").dropFirst().compactMap { UInt64($0) }
    guard numbers.count >= 8 else { return }
    total = numbers.prefix(8).reduce(0, +)
    stolen = numbers[7]
    busy = total - numbers[3] - numbers[4]
  }
}

/// What a run cost, and what else the machine was doing meanwhile.
public struct ProcessorShare: Equatable, Sendable {
  /// Processor seconds of the tool.
  public var ownSeconds = 0.0
  /// Shares of all cores together, from 0 to 1; nil where the system does not tell.
  public var host: Double?
  public var stolen: Double?

  init() {}

  init(from begin: ProcessorUse, to end: ProcessorUse) {
    ownSeconds = max(0, end.own - begin.own)
    guard end.total > begin.total else { return }
    let total = Double(end.total - begin.total)
    host = Double(end.busy - min(begin.busy, end.busy)) / total
    stolen = Double(end.stolen - min(begin.stolen, end.stolen)) / total
  }
}
