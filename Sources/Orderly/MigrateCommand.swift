import ArgumentParser
import Inventory
import Logging
import Operations
import Orders
import Postgres

struct MigrateCommand: AsyncParsableCommand, SettingsCommand {
  static let program = Program.migrate
  static let configuration = CommandConfiguration(
    commandName: "migrate",
    abstract: "Brings both databases to the newest schema.",
    discussion: "Prints each step it made, and changes nothing when there is none left.")

  @OptionGroup var flags: SettingFlags<MigrateCommand>

  func run() async throws {
    try await ProgramRun(Self.program, flags.texts).finish { settings, logs in
      let databases = [
        ("inventory", settings.inventoryDatabase, InventoryMigrations.all),
        ("orders", settings.ordersDatabase, OrdersMigrations.all),
      ]
      for (name, database, files) in databases {
        try await Self.migrate(
          name, database ?? "", files, wait: settings.databaseWait,
          logs.logger("\(name).migrations", service: name))
      }
    }
  }

  private static func migrate(
    _ name: String, _ database: String, _ files: [Migration], wait: Duration, _ logger: Logger
  ) async throws(Failure) {
    let applied: [String]
    do throws(PostgresError) {
      applied = try await Migrations(files: files, logger: logger)
        .apply(on: database, waitingAtMost: wait)
    } catch {
      throw DatabaseFailure.failure(error, of: name, wait: wait)
    }
    for step in applied { StandardStream.output.write(line: "\(name): applied \(step)") }
    if applied.isEmpty { StandardStream.output.write(line: "\(name): nothing to do") }
  }
}
