internal import Foundation
internal import Subprocess
internal import SystemPackage

/// A shell that waits until this process has ended, by whatever cause, and then stops the servers
/// it started and removes their directories.
///
/// `atexit` would miss a crash and a kill. The end of a pipe misses neither: only this process
/// holds the writing end, and the system closes it.
public actor Watchdog {
  public static let shared = Watchdog()

  private var pipe: FileDescriptor?
  private var task: Task<Void, Never>?

  /// Each line names a data directory. After the last one, each server that still runs in them is
  /// told to stop at once, and then the directories go. A pid file may be a rest of a crash whose
  /// number is another process's by now, so the process's name is looked at where Linux tells it.
  private static let script = """
    newline='
    '
    directories=
    while IFS= read -r directory; do
      directories="$directories$directory$newline"
    done
    each() { printf '%s' "$directories" | while IFS= read -r directory; do "$1"; done; }
    stop() {
      file="$directory/postgres/postmaster.pid"
      pid=$(head -n 1 "$file" 2>/dev/null)
      test -n "$pid" || return
      test "$(cat "/proc/$pid/comm" 2>/dev/null || echo postgres)" = postgres || return
      kill -QUIT "$pid" 2>/dev/null || return
      tries=0
      while test -f "$file" && test $tries -lt 50; do
        sleep 0.1
        tries=$((tries + 1))
      done
    }
    remove() { rm -rf "$directory"; }
    each stop
    each remove
    """

  /// Must be called before anything is put into the directory.
  public func willUse(_ directory: String) throws {
    let pipe = try pipe ?? start()
    _ = try pipe.writeAll((directory + "\n").utf8)
  }

  private func start() throws -> FileDescriptor {
    let ends = try FileDescriptor.pipe(options: .closeOnExec)
    var options = PlatformOptions()
    options.createSession = true  // It must outlive a SIGINT to this process's group.
    let configuration = Configuration(
      executable: .path("/bin/sh"), arguments: ["-c", Self.script],
      platformOptions: options)
    let input = ends.readEnd
    task = Task {
      _ = try? await Subprocess.run(
        configuration, input: .fileDescriptor(input, closeAfterSpawningProcess: true),
        output: .discarded, error: .discarded)
    }
    pipe = ends.writeEnd
    return ends.writeEnd
  }
}
