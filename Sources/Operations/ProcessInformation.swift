/// What this process is, for `/info`.
public struct ProcessInformation: Sendable {
  let program: Program
  let processID: Int
  let startedAt: UTCTime
  /// Names and versions of what is linked, for example `("nghttp2", "1.52.0")`.
  let libraries: [(name: String, version: String)]

  public init(
    program: Program, processID: Int, startedAt: UTCTime,
    libraries: [(name: String, version: String)]
  ) {
    self.program = program
    self.processID = processID
    self.startedAt = startedAt
    self.libraries = libraries
  }

  var json: JSONValue {
    let uptime = max(0, UTCTime.now.microsecondsSince1970 - startedAt.microsecondsSince1970)
    return .object([
      ("version", .string(Build.version)), ("subcommand", .string(program.rawValue)),
      ("pid", .int(processID)), ("startedAt", .string(startedAt.description)),
      ("uptimeMs", .int(Int(uptime / 1000))),
      ("libraries", .object(libraries.map { ($0.name, .string($0.version)) })),
    ])
  }
}
