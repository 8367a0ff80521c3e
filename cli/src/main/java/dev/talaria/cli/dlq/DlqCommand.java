package dev.talaria.cli.dlq;

import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Session;
import dev.talaria.cli.VerbGroup;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The group of verbs about dead letters. */
@Command(
    name = "dlq",
    synopsisSubcommandLabel = "VERB",
    commandListHeading = "%nVerbs:%n",
    footer = {
      "",
      "Example: talaria dlq list --since 24h",
      "What to do about what: docs/dead-letters.md"
    })
public final class DlqCommand implements VerbGroup, Callable<Integer> {
  private final Session session;

  public DlqCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    throw CliFailure.usage("Say what to do about dead letters: list, show, resend or drop.");
  }

  @Override
  public List<Member> members() {
    return List.of(
        new Member(
            "list",
            "List the records that nobody could read, by topic and reason.",
            new DlqList(session),
            List.of("ls")),
        new Member(
            "show",
            "Show one: where it came from, what it says, what was done about it.",
            new DlqShow(session),
            List.of()),
        new Member(
            "resend",
            "Put records back where they came from, for readers that can read them now.",
            new DlqResend(session),
            List.of()),
        new Member(
            "drop",
            "Say that nobody need look at them again.",
            new DlqDrop(session),
            List.of("ack")));
  }
}
