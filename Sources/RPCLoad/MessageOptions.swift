import ArgumentParser
import LoadTest

/// A method of any server, with messages as bytes.
struct MessageOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Calls this method of --target instead of the built-in workload, for example \
      orders.v1.Orders/GetOrder. (default: none)
      """, valueName: "package.Service/Method"))
  var method: String?

  @Option(
    help: ArgumentHelp(
      "The message as hexadecimal digits. (default: an empty message)", valueName: "digits"))
  var bodyHex: String?

  @Option(help: ArgumentHelp("A file that is the message. (default: none)", valueName: "path"))
  var bodyFile: String?

  @Option(
    help: ArgumentHelp(
      """
      A file of messages, each after its length as 4 bytes, big-endian; they are sent in turn. \
      (default: none)
      """, valueName: "path"))
  var bodiesFile: String?

  /// All messages together are kept in memory.
  private static let bodiesFileBytesMax = 256 * 1024 * 1024

  func validateTogether(workload: WorkloadOptions) throws {
    let bodies = [
      bodyHex.map { _ in "--body-hex" }, bodyFile.map { _ in "--body-file" },
      bodiesFile.map { _ in "--bodies-file" },
    ].compactMap { $0 }
    if bodies.count > 1 {
      throw ValidationError("\(bodies.joined(separator: " and ")) exclude each other")
    }
    if method != nil, workload.mix != nil {
      throw ValidationError("--method and --mix exclude each other")
    }
    if method == nil, let body = bodies.first { throw ValidationError("\(body) needs --method") }
  }

  func apply(to configuration: inout RunConfiguration) throws {
    guard let method else { return }
    let content = try RawMethod(parsing: method, bodies: try bodies())
    configuration.workload.content = .method(content)
    configuration.verifies = false
  }

  private func bodies() throws -> [[UInt8]] {
    if let bodyHex { return [try RawMethod.body(hex: bodyHex)] }
    if let bodyFile {
      return [try ResultFile.read(bodyFile, limit: WorkloadSettings.bodyBytesMax)]
    }
    if let bodiesFile {
      let bytes = try ResultFile.read(bodiesFile, limit: Self.bodiesFileBytesMax)
      return try RawMethod.bodies(lengthPrefixed: bytes)
    }
    return []
  }
}
