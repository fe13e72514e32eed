import Dispatch
import Foundation
import LoadTest
import Synchronization

/// Draws the course of a run to the terminal, in place.
///
/// Each picture begins by going up to where the one before began and clearing what follows. The
/// terminal is never in a state that would have to be undone: no other screen, no hidden cursor, no
/// raw input. So a crash leaves nothing but the last picture.
final class LiveScreen: Sendable {
  private struct State {
    var display: LiveDisplay
    var isOver = false
    var begin: UInt64?
    /// How wide each line of the picture is that stands there now.
    var widths: [Int] = []
  }

  /// How often the clock moves on and another size of the window is noticed.
  private static let tick = Duration.milliseconds(250)

  private let state: Mutex<State>
  private let isStopping: @Sendable () -> Bool
  private let ticking = Mutex<Task<Void, Never>?>(nil)

  /// - Parameter isStopping: whether somebody has interrupted the run.
  init(_ display: LiveDisplay, isStopping: @escaping @Sendable () -> Bool) {
    state = Mutex(State(display: display))
    self.isStopping = isStopping
  }

  func start() {
    // Until the run says when it began: preparing stock and connecting take their time too.
    state.withLock { $0.begin = DispatchTime.now().uptimeNanoseconds }
    let task = Task { [weak self] in
      while (try? await Task.sleep(for: Self.tick)) != nil { self?.redraw() }
    }
    ticking.withLock { $0 = task }
  }

  /// Takes in an interval, and shows it.
  func add(_ line: ProgressLine) {
    state.withLock { state in
      let elapsed = UInt64(max(line.elapsedSeconds, 0) * 1e9)
      let now = DispatchTime.now().uptimeNanoseconds
      state.begin = now - min(now, elapsed)
      state.display.add(line)
    }
    redraw()
  }

  /// Takes the picture away; the report comes in its place.
  func finish() {
    ticking.withLock { task in
      task?.cancel()
      task = nil
    }
    state.withLock { state in
      state.isOver = true
      guard !state.widths.isEmpty else { return }
      Console.write(Self.clearing(state.widths, columns: TerminalSize.current().columns))
      state.widths = []
    }
  }

  private func redraw() {
    state.withLock { state in
      let now = DispatchTime.now().uptimeNanoseconds
      guard !state.isOver, let begin = state.begin, state.display.isDue(at: now) else { return }
      let size = TerminalSize.current()
      let lines = state.display.frame(
        elapsedSeconds: Double(now - min(now, begin)) / 1e9, isStopping: isStopping(),
        columns: size.columns, rows: size.rows)
      let picture = lines.map { $0 + "\n" }.joined()
      // In one write, so that no half of a picture is ever seen.
      Console.write(Self.clearing(state.widths, columns: size.columns) + picture)
      state.widths = lines.map(Self.width)
    }
  }

  /// Goes to where a picture began. A window that became narrower has broken its lines into more
  /// rows than were written.
  static func clearing(_ widths: [Int], columns: Int) -> String {
    guard !widths.isEmpty else { return "" }
    let columns = max(columns, 1)
    let rows = widths.reduce(0) { $0 + max(1, ($1 + columns - 1) / columns) }
    return "\u{1B}[\(rows)A\r\u{1B}[J"
  }

  /// Columns that a line takes; escape codes take none.
  static func width(_ line: String) -> Int {
    line.replacing(/\u{1B}\[[0-9]*m/, with: "").count
  }
}
