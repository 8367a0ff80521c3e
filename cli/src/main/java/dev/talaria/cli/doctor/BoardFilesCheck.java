package dev.talaria.cli.doctor;

import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.BoardStoreException;
import dev.talaria.board.dispatch.RunningWork;
import dev.talaria.board.home.BoardHome;
import dev.talaria.board.home.BoardLocation;
import dev.talaria.board.home.NetworkDisk;
import dev.talaria.cli.KernelLocks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The files of this host's boards: on which disk, whether they can be used, and who dispatches them. */
final class BoardFilesCheck implements Check {
  private static final long RECENT_SECONDS = 3_600;
  private static final int SHOWN = 5;

  private final BoardHome home;
  private final BoardOptions options;
  private final KernelLocks locks;
  private final boolean full;

  /** @param full whether each file is read from end to end */
  BoardFilesCheck(BoardHome home, BoardOptions options, KernelLocks locks, boolean full) {
    this.home = home;
    this.options = options;
    this.locks = locks;
    this.full = full;
  }

  @Override
  public String name() {
    return "boards";
  }

  @Override
  public List<Finding> look() throws IOException {
    List<Finding> findings = new ArrayList<>();
    for (String slug : home.slugs()) {
      BoardLocation location = home.location(slug);
      if (Files.exists(location.database()) && !home.metadata(slug).archived()) {
        look(location, findings);
      }
    }
    if (findings.isEmpty()) {
      findings.add(Finding.note(home.root().toString(), "has no board yet"));
    }
    return findings;
  }

  private void look(BoardLocation location, List<Finding> findings) throws IOException {
    Path db = location.database();
    String slug = location.slug();
    NetworkDisk.typeUnder(db)
        .ifPresent(
            type -> findings.add(
                Finding.problem(
                    slug,
                    "'%s' lies on a network disk (%s), where SQLite cannot keep it whole"
                        .formatted(db, type),
                    "Move it to a local disk, or dispatch it on the host that has the disk. Talaria refuses it here.")));
    Path folder = db.toAbsolutePath().getParent();
    if (!Files.isWritable(db) || folder == null || !Files.isWritable(folder)) {
      findings.add(Finding.problem(
          slug,
          "'%s' or its folder cannot be written".formatted(db),
          "Give both to the user that runs Talaria; SQLite makes files beside the board."));
      return;
    }
    try (Board board = Board.openReadOnly(db, options)) {
      List<String> damage = full ? board.integrityCheck() : List.of();
      if (!damage.isEmpty()) {
        findings.add(
            Finding.problem(
                slug,
                "'%s' is damaged: %s".formatted(db, damage.get(0)),
                "Stop everything that uses it; 'talaria list' then keeps a copy and says what can be done."));
        return;
      }
      findings.add(dispatcher(slug, db, board));
    } catch (BoardStoreException e) {
      findings.add(Finding.problem(
          slug, String.valueOf(e.getMessage()), "See docs/board.md, 'When a file is damaged'."));
    }
  }

  private Finding dispatcher(String slug, Path db, Board board) throws IOException {
    if (!locks.canTell()) {
      return Finding.note(slug, "sound; who dispatches it cannot be told on this system");
    }
    Path file =
        db.toRealPath(); // our lock lies beside the file itself, hermes's beside whatever names it
    List<Long> ours = locks.holders(file.resolveSibling(file.getFileName() + ".talaria.lock"));
    List<Long> gateway = locks.holders(db.resolveSibling(db.getFileName() + ".dispatch.lock"));
    List<String> foreign = ours.isEmpty()
        ? List.of()
        : board.read(tx -> RunningWork.all(tx).stream()
            .filter(work -> !work.byLauncher() && work.workerPid() != null)
            .filter(work -> work.startedAt() > tx.now() - RECENT_SECONDS)
            .map(RunningWork::taskId)
            .limit(SHOWN)
            .toList());
    return judge(slug, ours, gateway, foreign);
  }

  /**
   * Who dispatches a board.
   *
   * @param ours process ids that hold our lock
   * @param gateway process ids that hold hermes's
   * @param foreign tasks that run, begun lately, and that no launcher of ours has started
   */
  static Finding judge(String slug, List<Long> ours, List<Long> gateway, List<String> foreign) {
    String remedy =
        "Have one dispatch it: set kanban.dispatch_in_gateway to false in hermes's configuration.";
    if (!ours.isEmpty() && !gateway.isEmpty() && !gateway.equals(ours)) {
      return Finding.warning(
          slug,
          "dispatched by Talaria (process %s) and by a hermes gateway (process %s)"
              .formatted(ours.get(0), gateway.get(0)),
          remedy);
    }
    if (!foreign.isEmpty()) {
      return Finding.warning(
          slug,
          "Talaria dispatches it, and somebody else started %s within the last hour"
              .formatted(String.join(", ", foreign)),
          remedy);
    }
    if (!ours.isEmpty()) {
      return Finding.fine(slug, "sound; dispatched by Talaria (process %s)".formatted(ours.get(0)));
    }
    return gateway.isEmpty()
        ? Finding.note(slug, "sound; nobody dispatches it on this host now")
        : Finding.note(slug, "sound; dispatched by hermes (process %s)".formatted(gateway.get(0)));
  }
}
