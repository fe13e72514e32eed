/// An executor of one thread that can run a task on the caller's stack instead of later.
public protocol InlineExecutor: TaskExecutor {
  /// Calls `wake`, which resumes one task of this executor, and runs that task until it suspends.
  /// To be called on the executor's own thread.
  func runAtOnce(_ wake: () -> Void)
}
