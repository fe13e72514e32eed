public import Operations

/// The limits of an inventory.
public struct InventorySettings: Sendable {
  public var deadlines = CallDeadlines()
  /// Where a batch of holds ends.
  public var caps = BatchCaps()
  /// Changes that may wait for the write stream, and questions that may for a read; the next is
  /// refused at once.
  public var waitingMax = 10_000
  /// Reads are batched too, so that two connections serve all of them: one may be waiting for a
  /// disk while the other answers.
  public var readConnections = 2
  public var stream = WriteStreamSettings()
  /// How long a start waits for its database.
  public var startWaitMax: Duration = .seconds(30)
  /// Age, by the database's clock, at which a hold is asked about. It has to be longer than any
  /// call to place an order may take, so that what is asked about is decided or abandoned.
  public var askAfter: Duration = .seconds(15)
  /// Between two writes of what orders hinted at. Nobody waits for these, so that many may become
  /// one.
  public var hintPause: Duration = .milliseconds(250)
  /// Between two looks for such holds.
  public var askPause: Duration = .seconds(1)
  /// What the answer of orders may take.
  public var askTimeMax: Duration = .seconds(5)
  /// Callers that may watch at once.
  public var watchesMax = 100
  /// SKUs past which nobody can watch all of them: their figures stand in memory while somebody
  /// does, at about 300 bytes each.
  public var watchedSKUsMax = 200_000
  /// Between two looks at what other processes wrote, while somebody watches. What this process
  /// writes is looked at after each commit.
  public var watchPause: Duration = .milliseconds(50)
  /// SKUs of which CheckStock keeps a copy for callers who do not need the latest figures.
  public var cachedSKUsMax = 50_000
  public var writers = WriterMode.shared
  /// Whether something else makes sure that no other process works on this database: then an only
  /// writer need not wait until its predecessor's silence tells.
  public var isAlone = false
  /// Between two looks of an only writer, or of who wants to become it, after the write stream.
  public var beatPause: Duration = .milliseconds(500)
  /// Where batches are put together; best a loop that serves callers, since every change of threads
  /// has to wake one up. Nil is any thread.
  public var executor: (any TaskExecutor)?
  /// How far off the figures that admit holds are; for tests, which show that it does not matter.
  var viewBias: Int64 = 0
  /// By which the age of what is remembered is counted; goes on while the machine sleeps.
  var clock: @Sendable () -> ContinuousClock.Instant = { .now }

  public init() {}
}
