import Testing

@testable import Operations

@Suite struct SettingNameTests {
  @Test(arguments: [
    ("edge.timeoutMax", "--edge-timeout-max", "ORDERLY_EDGE_TIMEOUT_MAX"),
    ("dataDir", "--data-dir", "ORDERLY_DATA_DIR"),
    ("tls.clientCAFile", "--tls-client-cafile", "ORDERLY_TLS_CLIENT_CAFILE"),
    ("log.level", "--log-level", "ORDERLY_LOG_LEVEL"),
  ])
  func `a key has one flag and one variable`(key: String, flag: String, variable: String) {
    #expect(SettingName.flag(of: key) == flag)
    #expect(SettingName.variable(of: key) == variable)
  }

  @Test func `every row is found under its variable by the environment provider`() {
    for row in SettingsTable().rows {
      let source = SettingsSource(environment: [row.variable: "planted"])
      #expect(source.text(of: row.key)?.text == "planted", "\(row.key)")
    }
  }

  @Test func `no two rows share a flag or a variable`() {
    let rows = SettingsTable().rows
    let keys = rows.map(\.key) + rows.compactMap(\.fileKey)
    #expect(Set(keys.map(SettingName.flag(of:))).count == keys.count)
    #expect(Set(keys.map(SettingName.variable(of:))).count == keys.count)
  }

  @Test(arguments: [
    ("edge.prot", "edge.port"), ("edge.timeoutmax", "edge.timeoutMax"), ("dataDirr", "dataDir"),
    ("orders.databse", "orders.database"),
  ])
  func `a slip of the finger finds what was meant`(typed: String, meant: String) {
    #expect(SettingName.nearest(to: typed, among: SettingsTable().rows.map(\.key)) == meant)
  }

  @Test func `another word suggests nothing`() {
    #expect(SettingName.nearest(to: "zzzzzz", among: SettingsTable().rows.map(\.key)) == nil)
    #expect(SettingName.nearest(to: "", among: ["edge.port"]) == nil)
  }
}
