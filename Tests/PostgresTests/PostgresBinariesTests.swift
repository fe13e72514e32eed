import Testing

@testable import Postgres

@Suite struct PostgresBinariesTests {
  @Test(
    arguments: [
      ("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)", 15),
      ("postgres (PostgreSQL) 17beta1", 17), ("postgres (PostgreSQL) 18.0\n", 18),
      ("postgres (PostgreSQL)", nil), ("", nil), ("postgres 15", nil), ("(x) ) 15", nil),
    ] as [(String, Int?)])
  func `the major version is read from what the program says`(line: String, major: Int?) {
    #expect(PostgresBinaries.major(fromVersionLine: line) == major)
  }

  @Test func `without programs the error names where it looked and what to install`() async throws {
    let error = try await TestCluster.refusal {
      _ = try await PostgresBinaries.find(named: "/nowhere/bin", path: nil)
    }
    #expect(error.reason == .notInstalled(searched: ["/nowhere/bin"]))
    #expect(error.exitCode == 69)
    for word in [
      "/nowhere/bin", "apt install postgresql", "dnf install postgresql-server",
      "brew install postgresql", "--orders-database",
    ] { #expect("\(error)".contains(word)) }
  }

  @Test func `the newest installation is found without being named`() async throws {
    let found = try await PostgresBinaries.find(named: nil, path: "/nowhere:/usr/bin")
    #expect(found.major >= PostgresBinaries.majorMin)
    #expect(try await PostgresBinaries.find(named: found.directory, path: nil) == found)
    #expect(try await PostgresBinaries.find(named: nil, path: found.directory) == found)
  }
}
