import ArgumentParser
import Operations

/// Named here because operators' scripts will name it; it says so instead of finding nothing wrong
/// without having looked.
struct ReconcileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reconcile",
    abstract: "Compares orders with what inventory holds for them. (not in this release)")

  func run() throws {
    throw ProgramRun.exit(
      Failure(
        .unavailable, "reconcile is not available in release \(Build.version)",
        remedy: "no violation was looked for; use a release whose --help does not exclude it"))
  }
}
