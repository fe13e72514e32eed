import Foundation

/// A REST client that nobody here wrote.
struct Curl {
  let edge: String

  struct Reply {
    let status: Int
    /// Names in lower case.
    let headers: [String: String]
    let body: String

    var json: [String: Any] {
      (try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]) ?? [:]
    }
  }

  func callAsFunction(
    _ method: String, _ path: String, _ body: String? = nil, headers: [String: String] = [:]
  ) async throws -> Reply {
    var arguments = ["-sS", "-i", "--max-time", "20", "-X", method]
    for (name, value) in headers { arguments += ["-H", "\(name): \(value)"] }
    if let body { arguments += ["-H", "Content-Type: application/json", "--data-binary", body] }
    let result = try await RunningProgram.run("/usr/bin/curl", arguments + [edge + path])
    guard result.code == 0 else { throw SystemFailure("curl: \(result.errors)") }
    return try Self.parse(result.output)
  }

  private static func parse(_ text: String) throws -> Reply {
    guard let end = text.range(of: "\r\n\r\n") else { throw SystemFailure("no HTTP: \(text)") }
    let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
    let words = (lines.first ?? "").split(separator: " ")
    guard words.count > 1, let status = Int(words[1]) else { throw SystemFailure("no status") }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      headers[line[..<colon].lowercased()] =
        line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
    }
    return Reply(status: status, headers: headers, body: String(text[end.upperBound...]))
  }
}
