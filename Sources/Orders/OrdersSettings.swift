public import Operations

/// The limits of an orders service.
public struct OrdersSettings: Sendable {
  public var deadlines = CallDeadlines()
  /// Where a batch of orders, and of what inventory is asked for them, ends. An order passes three
  /// stages, so many of them are kept from going through all three as one; a batch of this many
  /// has most of what a larger one could save.
  public var caps: BatchCaps = {
    var caps = BatchCaps()
    caps.splitAbove = 64
    return caps
  }()
  /// Orders that may wait for the write stream; the next is refused at once.
  public var waitingMax = 10_000
  /// Reads are batched too, so that two connections serve all of them.
  public var readConnections = 2
  public var stream = WriteStreamSettings()
  /// How long a start waits for its database.
  public var startWaitMax: Duration = .seconds(30)
  /// Between two looks for orders whose holds have to hear of them. What this process itself
  /// cancels is told at once.
  public var relayPause: Duration = .seconds(1)
  /// What inventory may take to answer that.
  public var relayTimeMax: Duration = .seconds(5)
  /// Callers that may watch at once; each costs a read whenever orders are written.
  public var watchesMax = 100
  /// Between two looks at what other processes wrote, while somebody watches. What this process
  /// writes is looked at after each commit.
  public var watchPause: Duration = .milliseconds(50)
  public var inventory = Inventory()
  /// Where batches are put together and orders with a key are placed; best the loop on which
  /// inventory is called, since every change of threads has to wake one up. Nil is any thread.
  public var executor: (any TaskExecutor)?
  var clock = WallClock.system

  /// How inventory is asked.
  public struct Inventory: Sendable {
    /// Enough to outlive a restart of one replica, few enough for the caller's deadline.
    public var reserveTriesMax = 3
    /// Before the second try; doubled before each later one.
    public var reservePause: Duration = .milliseconds(20)

    public init() {}
  }

  public init() {}
}
