public import Logging

/// Makes the loggers of one process, all with the same form, level and sink.
public struct LogSystem: Sendable {
  public let format: LogFormat
  public let level: Logger.Level
  private let sink: any LogSink
  /// What stands before standard error; nil when another sink was given.
  private let queue: QueuedSink?

  public init(format: LogFormat, level: Logger.Level, sink: any LogSink) {
    self.format = format
    self.level = level
    self.sink = sink
    queue = sink as? QueuedSink
  }

  /// Lines that could not be written in time and were given up.
  public var droppedCount: UInt64 { queue?.droppedCount ?? 0 }

  /// To be called before the process ends, or its last lines are lost.
  public func flush() async { await queue?.flush(within: .seconds(1)) }

  /// The log on standard error that `settings` ask for.
  public init(settings: Settings, environment: [String: String]) {
    let noColour = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    self.init(
      format: LogFormat(
        settings.logFormat, isTerminal: StandardStream.error.isTerminal, noColour: noColour),
      level: settings.logLevel, sink: QueuedSink(StandardStream.error))
  }

  /// - Parameters:
  ///   - label: The subsystem, for example `orders.store`.
  ///   - service: `inventory`, `orders`, `edge`, `up`: in `orderly up` three of them share a log.
  public func logger(_ label: String, service: String) -> Logger {
    let handler = LineLogHandler(
      label: label, origin: LogOrigin(service: service), format: format, level: level, sink: sink)
    return Logger(label: label) { _ in handler }
  }

  /// Sends what libraries log through loggers of their own to the same place. Once per process.
  public func bootstrap(service: String) {
    let (format, level, sink) = (format, level, sink)
    LoggingSystem.bootstrap { label in
      LineLogHandler(
        label: label, origin: LogOrigin(service: service), format: format, level: level,
        sink: sink)
    }
  }
}
