/// What no single row can check: settings that need one another, and those a program cannot do
/// without.
enum SettingsRules {
  static func problems(of settings: Settings) -> [SettingsError.Problem] {
    databaseProblems(of: settings) + edgeProblems(of: settings) + askProblems(of: settings)
      + tlsProblems(of: settings)
  }

  /// By so much a hold that is asked about must be older than the longest call: so much may lie
  /// between the time at which a call begins to count and the one at which its hold is stored.
  private static let askMargin: Duration = .seconds(5)

  /// A hold asked about while its order is still being placed elsewhere would lose it: the answer
  /// closes the id. In the process that places it the order is known, in another replica it is not.
  private static func askProblems(of settings: Settings) -> [SettingsError.Problem] {
    let row = settings.table.inventoryAskAfter, max = settings.table.ordersTimeoutMax
    guard row.readBy.contains(settings.program),
      settings.inventoryAskAfter < settings.ordersTimeoutMax + askMargin
    else { return [] }
    return [
      SettingsError.Problem(
        key: row.key, source: settings.source(of: row).description,
        reason: .conflict(
          "\(settings.inventoryAskAfter.settingText) from \(settings.source(of: row)) is less than "
            + "\(max.key), \(settings.ordersTimeoutMax.settingText) from "
            + "\(settings.source(of: max)), and \(askMargin.settingText); give at least that"))
    ]
  }

  private static func databaseProblems(of settings: Settings) -> [SettingsError.Problem] {
    let table = settings.table
    let inventory = settings.inventoryDatabase != nil, orders = settings.ordersDatabase != nil
    switch settings.program {
    case .up where inventory != orders:
      // One private database beside one of the user's would be an order book without its stock.
      let missing = inventory ? table.ordersDatabase : table.inventoryDatabase
      let given = inventory ? table.inventoryDatabase : table.ordersDatabase
      return [self.missing(missing, why: "\(given.key) is set, and up takes both or neither")]
    case .inventory where !inventory:
      return [missing(table.inventoryDatabase, why: "inventory keeps its stock there")]
    case .orders where !orders:
      return [missing(table.ordersDatabase, why: "orders are kept there")]
    case .migrate:
      return [(inventory, table.inventoryDatabase), (orders, table.ordersDatabase)]
        .filter { !$0.0 }.map { missing($0.1, why: "migrate brings both databases up to date") }
    default:
      return []
    }
  }

  private static func missing(
    _ row: Setting<String?>, why: String
  ) -> SettingsError.Problem {
    SettingsError.Problem(
      key: row.key, source: "\(row.flag) or \(row.variable)",
      reason: .missing(form: row.form, why: why))
  }

  private static func edgeProblems(of settings: Settings) -> [SettingsError.Problem] {
    guard settings.edgeTimeoutDefault > settings.edgeTimeoutMax else { return [] }
    let row = settings.table.edgeTimeoutDefault, max = settings.table.edgeTimeoutMax
    return [
      SettingsError.Problem(
        key: row.key, source: settings.source(of: row).description,
        reason: .conflict(
          "\(settings.edgeTimeoutDefault.settingText) from \(settings.source(of: row)) is longer "
            + "than \(max.key), \(settings.edgeTimeoutMax.settingText) from "
            + "\(settings.source(of: max)); give at most that"))
    ]
  }

  private static func tlsProblems(of settings: Settings) -> [SettingsError.Problem] {
    let table = settings.table
    // What is set, what it needs, and what it is without it.
    let needs: [(any SettingRow, Setting<String?>, String)] = [
      (table.tlsCertFile, table.tlsKeyFile, "a certificate is shown with its key"),
      (table.tlsKeyFile, table.tlsCertFile, "a key is used with its certificate"),
      (table.tlsClientCaFile, table.tlsCertFile, "callers are only checked over TLS"),
      (table.tlsClientNames, table.tlsClientCaFile, "a name counts if an authority vouches for it"),
      (table.peerCertFile, table.peerKeyFile, "a certificate is shown with its key"),
      (table.peerKeyFile, table.peerCertFile, "a key is used with its certificate"),
      (table.peerCertFile, table.peerCaFile, "TLS to peers needs to know whom to trust"),
      (table.peerServerName, table.peerCaFile, "names are only checked over TLS"),
    ]
    func isSet(_ row: any SettingRow) -> Bool { settings.source(of: row) != .fallback }
    var problems = needs.compactMap { row, needed, why in
      row.readBy.contains(settings.program) && isSet(row) && !isSet(needed)
        ? missing(needed, why: "\(row.key) is set, and \(why)") : nil
    }
    if settings.program == .up, isSet(table.tlsCertFile), !isSet(table.peerCaFile) {
      problems.append(
        missing(
          table.peerCaFile, why: "up calls its own services, and tls.certFile turns their TLS on"))
    }
    return problems
  }
}
