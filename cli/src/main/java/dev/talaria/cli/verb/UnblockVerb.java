package dev.talaria.cli.verb;

import dev.talaria.board.Tx;
import dev.talaria.board.transition.Blocks;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Session;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "unblock",
    footer = {"", "Example: talaria unblock t_0a1b2c3d --more 3"})
public final class UnblockVerb extends BulkVerb {
  @Parameters(paramLabel = "ID", arity = "1..*", description = "The tasks.")
  private List<String> ids = List.of();

  @Option(
      names = "--more",
      paramLabel = "N",
      description =
          "Grant each N runs above its ceiling within the next 24 hours, and forget what it has spent of its budget.")
  private @Nullable Long more;

  public UnblockVerb(Session session) {
    super(session);
  }

  @Override
  void check() {
    if (more != null && more < 1) {
      throw CliFailure.usage("--more is %d; expected at least 1.".formatted(more));
    }
  }

  @Override
  Collection<String> ids() {
    return ids;
  }

  @Override
  String done() {
    return "Unblocked";
  }

  @Override
  Optional<String> apply(Tx tx, String id) {
    boolean moved = more == null
        ? Blocks.unblock(tx, id)
        : Blocks.unblockWithMore(tx, id, more, session.author());
    return moved
        ? Optional.empty()
        : Optional.of(WhyNot.refused(
            tx, id, "unblock", "Only a blocked, scheduled or held task can be unblocked.", null));
  }
}
