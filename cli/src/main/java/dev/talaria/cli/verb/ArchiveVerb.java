package dev.talaria.cli.verb;

import dev.talaria.board.Tx;
import dev.talaria.board.transition.Archives;
import dev.talaria.board.transition.Deletions;
import dev.talaria.board.transition.Recompute;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Session;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "archive",
    footer = {"", "Example: talaria archive t_0a1b2c3d"})
public final class ArchiveVerb extends BulkVerb {
  @Parameters(paramLabel = "ID", arity = "0..*", description = "The tasks to hide.")
  private List<String> ids = List.of();

  @Option(
      names = "--rm",
      paramLabel = "ID",
      arity = "1..*",
      description = "Archived tasks to delete, with all that belongs to them. For good.")
  private List<String> removed = List.of();

  private final Recompute recompute = new Recompute(Recompute.DEFAULT_AUTO_RECOVER_LIMIT);
  private final Archives archives = new Archives(recompute);
  private final Deletions deletions = new Deletions(recompute);

  public ArchiveVerb(Session session) {
    super(session);
  }

  @Override
  void check() {
    if (ids.isEmpty() == removed.isEmpty()) {
      throw CliFailure.failed(
          "Expected either tasks to archive or archived tasks after --rm to delete, not %s."
              .formatted(ids.isEmpty() ? "neither" : "both"));
    }
  }

  @Override
  Collection<String> ids() {
    return ids.isEmpty() ? removed : ids;
  }

  @Override
  String done() {
    return ids.isEmpty() ? "Deleted" : "Archived";
  }

  @Override
  Optional<String> apply(Tx tx, String id) {
    if (ids.isEmpty()) {
      return deletions.deleteArchived(tx, id)
          ? Optional.empty()
          : Optional.of(WhyNot.refused(
              tx, id, "delete", "Only an archived task can be deleted; archive it first.", null));
    }
    return archives.archive(tx, id)
        ? Optional.empty()
        : Optional.of(WhyNot.refused(tx, id, "archive", "Nothing is left to do.", null));
  }
}
