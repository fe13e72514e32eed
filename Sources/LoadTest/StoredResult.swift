/// A result as it was written to disk.
public struct StoredResult: Sendable {
  let value: JSONValue

  /// Longer than a run of a week writes.
  private static let bytesMax = 512 * 1024 * 1024

  public init(_ document: ResultDocument) {
    value = document.value
  }

  public init(_ document: SearchDocument) {
    value = document.value
  }

  public init(_ document: HopDocument) {
    value = document.value
  }

  init(_ value: JSONValue) {
    self.value = value
  }

  /// Reads a file that `--json` wrote.
  public init(path: String) throws(LoadError) {
    let bytes = try ResultFile.read(path, limit: Self.bytesMax)
    do {
      value = try JSONValue.read(bytes)
    } catch {
      throw LoadError(.fileUnreadable(path: path, cause: "it is no JSON document"))
    }
    guard let schema = value["schema"]?.unsigned else {
      throw LoadError(.fileUnreadable(path: path, cause: "it is no result of rpcload"))
    }
    guard schema == ResultDocument.schema else {
      throw LoadError(
        .fileUnreadable(
          path: path,
          cause: "its schema is \(schema), this rpcload reads \(ResultDocument.schema)"))
    }
  }

  var configuration: JSONValue? { value["configuration"] }
  var isOpen: Bool { configuration?["loop"]?.string == "open" }
  var isInterrupted: Bool { value["interrupted"]?.isTrue ?? false }
  var isCertified: Bool { value["certified"]?.isTrue ?? false }

  func latency(_ clock: String) -> StoredLatency? {
    value["latency"]?[clock].flatMap { StoredLatency($0) }
  }

  /// The one that promises are measured by: from the schedule where there is one.
  var judged: StoredLatency? { latency("from_schedule") ?? latency("from_send") }

  /// Whether a search wrote it, which has steps and no latencies of its own.
  var isSearch: Bool { value["kind"]?.string == "search" }

  var isHop: Bool { value["kind"]?.string == HopDocument.kind }

  /// Why it proves nothing, if so.
  var distrust: String? {
    if isSearch { return "a search is no result to compare" }
    if isHop { return "a hop compares by itself, and is no result to compare" }
    if isInterrupted { return "a result was interrupted; half a run proves nothing" }
    guard !isCertified else { return nil }
    let reasons = (value["reasons_not_certified"]?.elements ?? []).compactMap(\.string)
    return "a result is not certified: " + reasons.joined(separator: "; ")
  }

  func value(at path: [String]) -> JSONValue {
    path.reduce(value) { $0[$1] ?? .null }
  }

  /// The page that shows it.
  public var html: String {
    if isHop { return HopPage(self).html }
    return isSearch ? SearchPage(self).html : ResultPage(self).html
  }
}
