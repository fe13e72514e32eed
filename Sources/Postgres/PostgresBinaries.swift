internal import Subprocess
internal import SystemPackage

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Where the programs of one PostgreSQL installation are, and its version.
struct PostgresBinaries: Sendable, Equatable {
  let directory: String
  let major: Int

  static let majorMin = 15

  var initdb: String { directory + "/initdb" }
  var postgres: String { directory + "/postgres" }

  /// The installation in `named` when that is given, else the newest of those found in `PATH` and
  /// the directories of Debian, Red Hat and Homebrew.
  static func find(
    named: String?, path: String?
  ) async throws(PrivateClusterError) -> PostgresBinaries {
    let candidates: [String]
    if let named {
      candidates = [named]
    } else {
      let fromPath = (path ?? "").split(separator: ":").map(String.init)
      candidates =
        fromPath + children(of: "/usr/lib/postgresql", suffix: "/bin")
        + children(of: "/usr", prefix: "pgsql-", suffix: "/bin")
        + ["/opt/homebrew", "/usr/local", "/home/linuxbrew/.linuxbrew"].flatMap {
          children(of: $0 + "/opt", prefix: "postgresql", suffix: "/bin")
        }
    }
    var found: [PostgresBinaries] = []
    for directory in candidates where !found.contains(where: { $0.directory == directory }) {
      guard let major = await major(in: directory), major >= majorMin else { continue }
      found.append(PostgresBinaries(directory: directory, major: major))
    }
    // Of two with the same version the one that stands first in `PATH` is what the user means.
    guard let newest = found.map(\.major).max(),
      let best = found.first(where: { $0.major == newest })
    else { throw PrivateClusterError(.notInstalled(searched: candidates)) }
    return best
  }

  private static func children(
    of parent: String, prefix: String = "", suffix: String
  ) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
    return names.filter { $0.hasPrefix(prefix) }.sorted().map { "\(parent)/\($0)\(suffix)" }
  }

  /// What `postgres --version` says; nil when the directory lacks one of the two programs.
  private static func major(in directory: String) async -> Int? {
    guard
      ["initdb", "postgres"].allSatisfy({
        FileManager.default.isExecutableFile(atPath: "\(directory)/\($0)")
      })
    else { return nil }
    let answer = try? await Subprocess.run(
      .path(FilePath("\(directory)/postgres")), arguments: ["--version"],
      output: .string(limit: 1024), error: .discarded)
    return answer.flatMap { Self.major(fromVersionLine: $0.standardOutput) }
  }

  /// `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)`, or `17beta1`, gives the number after
  /// the closing bracket.
  static func major(fromVersionLine line: String) -> Int? {
    guard let bracket = line.firstIndex(of: ")") else { return nil }
    let version = line[bracket...].dropFirst().drop { $0 == " " }
    return Int(version.prefix { $0.isASCII && $0.isNumber })
  }
}
