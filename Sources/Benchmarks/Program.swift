import ArgumentParser
import Foundation

/// Where the program begins. An asynchronous entry point gives up the main thread in a way that
/// valgrind does not survive, and what it counts needs none.
@main
enum Program {
  static func main() {
    let arguments = CommandLine.arguments.dropFirst()
    if arguments.first == ExchangeCommand.configuration.commandName {
      return ExchangeCommand.main(Array(arguments.dropFirst()))
    }
    Task {
      await BenchCommand.main()
      exit(0)
    }
    dispatchMain()
  }
}
