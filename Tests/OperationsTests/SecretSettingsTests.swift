import Operations
import Testing

@Suite struct SecretSettingsTests {
  private static let planted = "host=db user=inv password=hunter2"

  private func read(
    flags: [String: String] = [:], environment: [String: String] = [:],
    files: StubTextFiles = StubTextFiles()
  ) throws(SettingsError) -> Settings {
    try SettingsReader(
      program: .inventory, flags: flags, environment: environment, files: files
    ).settings()
  }

  @Test func `a secret may be kept in a file of its own`() throws {
    let files = StubTextFiles(contents: ["/run/secrets/db": Self.planted + "\n"])
    for settings in try [
      read(flags: ["inventory.databaseFile": "/run/secrets/db"], files: files),
      read(environment: ["ORDERLY_INVENTORY_DATABASE_FILE": "/run/secrets/db"], files: files),
    ] {
      #expect(settings.inventoryDatabase == Self.planted)
      #expect(settings.warnings.isEmpty)
    }
  }

  @Test func `a secret file named by a flag beats the secret in the environment`() throws {
    let settings = try read(
      flags: ["inventory.databaseFile": "/s"], environment: ["ORDERLY_INVENTORY_DATABASE": "b"],
      files: StubTextFiles(contents: ["/s": "a"]))
    #expect(settings.inventoryDatabase == "a")
  }

  @Test func `a secret and its file together in one source are refused`() {
    let refusal = SettingsError([
      SettingsError.Problem(
        key: "inventory.database", source: "flag --inventory-database",
        reason: .givenTwice(other: "inventory.databaseFile"))
    ])
    #expect(throws: refusal) {
      try read(flags: ["inventory.database": "a", "inventory.databaseFile": "/s"])
    }
  }

  @Test func `a secret file that is missing or empty is an error without the content`() {
    let missing = SettingsError([
      SettingsError.Problem(
        key: "inventory.databaseFile", source: "flag --inventory-database-file",
        reason: .unreadable(path: "/s", cause: "no such file"))
    ])
    #expect(throws: missing) { try read(flags: ["inventory.databaseFile": "/s"]) }
    #expect(throws: SettingsError.self) {
      try read(
        flags: ["inventory.databaseFile": "/s"], files: StubTextFiles(contents: ["/s": "\n"]))
    }
  }

  @Test(arguments: [
    Self.planted, "password = 'x'", "postgresql://u:p@db/inv", "postgres://db/inv?password=p",
    "host=db sslpassword=x",
  ])
  func `a password in a flag is warned about without being shown`(text: String) throws {
    let settings = try read(flags: ["inventory.database": text])
    #expect(settings.inventoryDatabase == text)
    #expect(
      settings.warnings == [
        "--inventory-database holds a password, which the process list shows; "
          + "use --inventory-database-file or the environment"
      ])
  }

  @Test(arguments: [
    "dbname=inv", "postgresql://u@db/inv", "host=db passfile=/p", "postgresql:///i",
  ])
  func `a connection string without a password is no reason to warn`(text: String) throws {
    #expect(try read(flags: ["inventory.database": text]).warnings.isEmpty)
  }

  @Test func `a password outside the command line is no reason to warn`() throws {
    let settings = try read(environment: ["ORDERLY_INVENTORY_DATABASE": Self.planted])
    #expect(settings.warnings.isEmpty)
    #expect(settings.shownText(of: settings.table.inventoryDatabase) == "******")
  }
}
