import ArgumentParser

@main
struct FT: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ft", abstract: "A notebook for fine-tuning language models.")
}
