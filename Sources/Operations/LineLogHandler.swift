public import Logging

/// One log event, one line: JSON or columns. (swift-log's handler behind every `Logger` of ours)
public struct LineLogHandler: LogHandler {
  public var logLevel: Logger.Level
  public var metadata: Logger.Metadata = [:]
  public var metadataProvider: Logger.MetadataProvider?

  private let label: String
  private let origin: LogOrigin
  private let format: LogFormat
  private let sink: any LogSink
  private let now: @Sendable () -> UTCTime

  public init(
    label: String, origin: LogOrigin, format: LogFormat, level: Logger.Level,
    sink: any LogSink, now: @escaping @Sendable () -> UTCTime = { .now }
  ) {
    self.label = label
    self.origin = origin
    self.format = format
    self.logLevel = level
    self.sink = sink
    self.now = now
  }

  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  public func log(event: LogEvent) {
    var merged = metadata
    if let provided = metadataProvider?.get() {
      merged.merge(provided) { _, later in later }
    }
    if let own = event.metadata { merged.merge(own) { _, later in later } }
    if let error = event.error { merged["error"] = .string("\(error)") }
    let line = LogLine(
      time: now(), level: event.level, logger: label, message: event.message.description,
      origin: origin, metadata: merged)
    switch format {
    case .json: sink.write(line.json)
    case .columns(let coloured): sink.write(line.columns(coloured: coloured))
    }
  }
}

/// Which program a line is from.
public struct LogOrigin: Sendable {
  public let service: String
  public let version: String

  public init(service: String, version: String = Build.version) {
    self.service = service
    self.version = version
  }
}
