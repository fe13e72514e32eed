/// Why the private PostgreSQL could not be used. Each reason says what failed, the value in
/// question and what to do, since it is what a newcomer reads first.
public struct PrivateClusterError: Error, Equatable, Sendable {
  public enum Reason: Equatable, Sendable {
    /// No PostgreSQL of a version that will do.
    case notInstalled(searched: [String])
    case directoryNotOurs(path: String)
    case cannotCreate(path: String, why: String)
    case inputOutput(path: String, why: String)
    /// Another program works on the directory; its process id where it could be read.
    case inUse(path: String, processID: Int32?)
    case noPermission(path: String, fix: String)
    /// PostgreSQL refuses to run as root, and there is no user to run it as.
    case noServerUser(name: String)
    /// The running user has no name, which peer authentication needs.
    case noUserName(userID: UInt32)
    case wrongVersion(cluster: String, binaries: String)
    case initFailed(output: String)
    /// The last lines of the server's log.
    case startFailed(log: [String])
    case database(PostgresError)
  }

  public let reason: Reason

  public init(_ reason: Reason) { self.reason = reason }

  /// The program's exit code for this, from sysexits.h.
  public var exitCode: Int32 {
    switch reason {
    case .notInstalled, .startFailed, .database: 69  // EX_UNAVAILABLE
    case .initFailed: 70  // EX_SOFTWARE
    case .directoryNotOurs, .cannotCreate: 73  // EX_CANTCREAT
    case .inputOutput: 74  // EX_IOERR
    case .inUse: 75  // EX_TEMPFAIL
    case .noPermission, .noServerUser, .noUserName: 77  // EX_NOPERM
    case .wrongVersion: 78  // EX_CONFIG
    }
  }
}

extension PrivateClusterError: CustomStringConvertible {
  public var description: String {
    switch reason {
    case .notInstalled(let searched):
      """
      PostgreSQL \(PostgresBinaries.majorMin) or newer is not installed (searched \
      \(searched.joined(separator: ", "))): apt install postgresql, \
      dnf install postgresql-server or brew install postgresql; or name an existing server \
      with --inventory-database and --orders-database
      """
    case .directoryNotOurs(let path):
      """
      the data directory \(path) is neither empty nor made by orderly and was left as it is: \
      choose another with --data-dir
      """
    case .cannotCreate(let path, let why):
      "cannot create \(path): \(why); choose another directory with --data-dir"
    case .inputOutput(let path, let why): "cannot use \(path): \(why)"
    case .inUse(let path, let processID):
      """
      the data directory \(path) is in use by \
      \(processID.map { "process \($0)" } ?? "another process"): stop it, or choose another \
      directory with --data-dir
      """
    case .noPermission(let path, let fix): "no permission for \(path): \(fix)"
    case .noServerUser(let name):
      """
      PostgreSQL does not run as root, and there is no user \(name) to run it as: \
      useradd --system \(name), or start orderly as a plain user
      """
    case .noUserName(let userID):
      """
      user \(userID) has no name in the user database, and PostgreSQL knows its clients by \
      name: add one, or name an existing server with --inventory-database and --orders-database
      """
    case .wrongVersion(let cluster, let binaries):
      """
      the data directory is of PostgreSQL \(cluster) and the programs found are of \
      \(binaries): install PostgreSQL \(cluster), name it with --postgres-bin, or upgrade the \
      directory with pg_upgrade
      """
    case .initFailed(let output): "initdb failed: \(output)"
    case .startFailed(let log):
      "PostgreSQL did not start; the end of its log:\n" + log.joined(separator: "\n")
    case .database(let error): error.description
    }
  }
}
