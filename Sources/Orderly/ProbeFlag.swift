import ArgumentParser

/// `--probe`: an option of the commands that serve, and no setting, since no instance is told it.
struct ProbeFlag: ParsableArguments {
  @Flag(
    name: .customLong("probe"),
    help: "Ask the running instance whether it is ready, and exit with 0 if so, else with 1.")
  var isGiven = false
}
