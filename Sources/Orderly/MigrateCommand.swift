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
    discussion: """
      Prints each step it made, and changes nothing when there is none left. With a serving role \
      named, that role is given what the service needs of the tables, and nothing beyond it.
      """)

  @OptionGroup var flags: SettingFlags<MigrateCommand>

  func run() async throws {
    try await ProgramRun(Self.program, flags.texts).finish { settings, logs in
      let databases = [
        Database(
          name: "inventory", connectionString: settings.inventoryDatabase ?? "",
          files: InventoryMigrations.all, grants: InventoryMigrations.grants,
          servingRole: settings.inventoryServingRole),
        Database(
          name: "orders", connectionString: settings.ordersDatabase ?? "",
          files: OrdersMigrations.all, grants: OrdersMigrations.grants,
          servingRole: settings.ordersServingRole),
      ]
      for database in databases {
        try await Self.migrate(
          database, wait: settings.databaseWait,
          logs.logger("\(database.name).migrations", service: database.name))
      }
    }
  }

  private struct Database {
    let name: String
    let connectionString: String
    let files: [Migration]
    let grants: TableGrants
    let servingRole: String?
  }

  private static func migrate(
    _ database: Database, wait: Duration, _ logger: Logger
  ) async throws(Failure) {
    let name = database.name
    do throws(PostgresError) {
      let applied = try await Migrations(files: database.files, logger: logger)
        .apply(on: database.connectionString, waitingAtMost: wait)
      for step in applied { StandardStream.output.write(line: "\(name): applied \(step)") }
      if applied.isEmpty { StandardStream.output.write(line: "\(name): nothing to do") }
      if let role = database.servingRole {
        try await database.grants.apply(
          to: role, on: database.connectionString, logger: logger)
        StandardStream.output.write(line: "\(name): granted to \(role)")
      }
    } catch {
      throw DatabaseFailure.failure(error, of: name, wait: wait)
    }
  }
}
