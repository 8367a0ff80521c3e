package dev.talaria.cli.verb;

import dev.talaria.board.Tx;
import dev.talaria.board.transition.Archives;
import dev.talaria.board.transition.Recompute;
import dev.talaria.cli.Session;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "archive",
    footer = {"", "Example: talaria archive t_0a1b2c3d"})
public final class ArchiveVerb extends BulkVerb {
  @Parameters(paramLabel = "ID", arity = "1..*", description = "The tasks.")
  private List<String> ids = List.of();

  private final Archives archives =
      new Archives(new Recompute(Recompute.DEFAULT_AUTO_RECOVER_LIMIT));

  public ArchiveVerb(Session session) {
    super(session);
  }

  @Override
  Collection<String> ids() {
    return ids;
  }

  @Override
  String done() {
    return "Archived";
  }

  @Override
  Optional<String> apply(Tx tx, String id) {
    return archives.archive(tx, id)
        ? Optional.empty()
        : Optional.of(WhyNot.refused(tx, id, "archive", "Nothing is left to do.", null));
  }
}
