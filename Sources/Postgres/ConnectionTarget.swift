/// Where to connect and with what: the user's connection string, read by libpq, with our start-up
/// options put behind the user's.
struct ConnectionTarget: Sendable, Equatable {
  /// libpq's keywords and values; an earlier entry of one keyword yields to a later one.
  let parameters: [Parameter]

  struct Parameter: Sendable, Equatable {
    var keyword: String
    var value: String
  }

  init(_ connectionString: String, settings: PostgresSettings) throws(PostgresError) {
    var parameters = try LibpqLink.parse(connectionString)
    let theirs = parameters.first { $0.keyword == "options" }?.value
    parameters.removeAll { $0.keyword == "options" }
    let ours = Self.serverOptions(settings)
    let options = theirs.map { $0 + " " + ours } ?? ours
    parameters.append(Parameter(keyword: "options", value: options))
    let connectSeconds = max(settings.connectTimeout.components.seconds, 2)
    Self.set("connect_timeout", "\(connectSeconds)", &parameters)
    Self.set("application_name", settings.applicationName, &parameters)
    // Text crosses as UTF-8 whatever PGCLIENTENCODING says.
    parameters.removeAll { $0.keyword == "client_encoding" }
    parameters.append(Parameter(keyword: "client_encoding", value: "UTF8"))
    self.parameters = parameters
  }

  /// A value that the connection string gives is left as it is.
  private static func set(_ keyword: String, _ value: String, _ list: inout [Parameter]) {
    guard !list.contains(where: { $0.keyword == keyword }) else { return }
    list.append(Parameter(keyword: keyword, value: value))
  }

  /// `-c name=value` for `postgres`, which splits at spaces unless a backslash stands before them.
  static func serverOptions(_ settings: PostgresSettings) -> String {
    let options = [
      #"-c default_transaction_isolation=read\ committed"#,
      "-c lock_timeout=\(milliseconds(settings.lockTimeout))",
      "-c idle_in_transaction_session_timeout="
        + "\(milliseconds(settings.idleInTransactionTimeout))",
      "-c statement_timeout=\(milliseconds(settings.statementTimeout))",
    ]
    // What the server or the role is set to stands where a commit has to be durable.
    let relaxed = settings.commitsDurably ? [] : ["-c synchronous_commit=off"]
    // A plan that is made once is made while the tables may still be empty, when reading all of a
    // table looks cheapest, and it would go on doing so with a million rows.
    let planned =
      settings.plansOnce
      ? ["-c plan_cache_mode=force_generic_plan", "-c enable_seqscan=off", "-c jit=off"] : []
    return (options + relaxed + planned).joined(separator: " ")
  }

  /// Whole milliseconds within what the server takes. A positive time never becomes 0, which
  /// would mean for ever.
  private static func milliseconds(_ duration: Duration) -> Int64 {
    let (seconds, attoseconds) = duration.components
    guard seconds < 2_000_000 else { return 2_000_000_000 }
    let whole = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    if whole > 0 { return whole }
    return duration > .zero ? 1 : 0
  }
}
