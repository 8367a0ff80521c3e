package dev.talaria.cli;

import java.util.List;
import picocli.CommandLine;

/** A verb with verbs of its own, as in {@code talaria boards list}. */
public interface VerbGroup {
  /** One of them, with the other names that it goes by. */
  record Member(String verb, String description, Object command, List<String> aliases) {}

  List<Member> members();

  /** The command line of a verb, with its own verbs if it has some. */
  static CommandLine line(Object command) {
    CommandLine line = new CommandLine(command);
    if (command instanceof VerbGroup group) {
      for (Member member : group.members()) {
        CommandLine own = new CommandLine(member.command());
        own.setCommandName(member.verb()); // two verbs may share a class
        own.getCommandSpec().usageMessage().description(member.description());
        line.addSubcommand(member.verb(), own, member.aliases().toArray(new String[0]));
      }
    }
    return line;
  }
}
