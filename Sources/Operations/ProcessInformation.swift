/// What this process is, for `/info`.
public struct ProcessInformation: Sendable {
  let program: Program
  let processID: Int
  let startedAt: UTCTime

  public init(program: Program, processID: Int, startedAt: UTCTime) {
    self.program = program
    self.processID = processID
    self.startedAt = startedAt
  }

  var json: JSONValue {
    let uptime = max(0, UTCTime.now.microsecondsSince1970 - startedAt.microsecondsSince1970)
    return .object([
      ("version", .string(Build.version)), ("subcommand", .string(program.rawValue)),
      ("pid", .int(processID)), ("startedAt", .string(startedAt.description)),
      ("uptimeMs", .int(Int(uptime / 1000))),
    ])
  }
}
