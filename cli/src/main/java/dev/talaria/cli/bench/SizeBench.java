package dev.talaria.cli.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Board;
import dev.talaria.board.dispatch.GrantClaims;
import dev.talaria.board.dispatch.GrantClaims.Claimant;
import dev.talaria.board.task.TaskFilter;
import dev.talaria.board.task.TaskList;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.transition.CatchUp;
import dev.talaria.board.transition.ClaimResult;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Completions;
import dev.talaria.board.transition.Recompute;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Session;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * What an operation costs on a small board and on a large one, in microseconds: the median of many, each in a transaction
 * of its own. Both boards are measured in turns.
 */
final class SizeBench {
  static final int SMALL = 10_000;
  private static final int TURNS = 60;
  private static final int WARM_UP = 20;
  private static final int OPENINGS = 15;
  private static final int PAGE = 50;
  private static final int WINDOW = 64;
  private static final int DONE_OF_20 = 16;
  private static final Claimant CLAIMANT = new Claimant("bench/main", 1, "bench", "bench:1", 900);
  private static final int CEILING = 24;

  private final Session session;
  private final Progress progress;
  private final Recompute recompute = new Recompute(Recompute.DEFAULT_AUTO_RECOVER_LIMIT);
  private final Map<String, List<Long>[]> micros = new LinkedHashMap<>();

  SizeBench(Session session, Progress progress) {
    this.session = session;
    this.progress = progress;
  }

  /** One board that is measured. */
  private final class Subject {
    private final Path file;
    private final int size;
    private final int column;
    private final Random random = new Random(1);
    private final Board board;

    Subject(Path file, int size, int column) {
      this.file = file;
      this.size = size;
      this.column = column;
      board = Board.openOrCreate(file, session.boardOptions());
      board.checkpointByHand();
    }

    private void time(String what, boolean counts, Runnable work) {
      long start = System.nanoTime();
      work.run();
      long took = System.nanoTime() - start;
      if (counts) {
        @SuppressWarnings("unchecked") // a pair of lists: small, large
        List<Long>[] pair =
            micros.computeIfAbsent(what, key -> new List[] {new ArrayList<>(), new ArrayList<>()});
        pair[column].add(took / 1_000);
      }
    }

    void turn(int turn, boolean counts) {
      String lane = "lane-" + turn % BigBoard.LANES;
      time("offer", counts, () -> board.read(tx -> GrantClaims.readyCountByLane(tx, WINDOW)));
      List<String> ready = new ArrayList<>();
      time(
          "find the best ready",
          counts,
          () -> ready.addAll(board.<List<String>>read(tx -> GrantClaims.bestReady(tx, lane, 1))));
      if (ready.isEmpty()) {
        throw CliFailure.failed(
            "No task in '%s' is ready in '%s' any more; remove the file, it is filled anew."
                .formatted(lane, file));
      }
      time("claim", counts, () -> claim(ready.get(0)));
      time("complete, promoting 3", counts, () -> complete(ready.get(0)));
      board.checkpointIfGathered();
      time("recompute for a list", counts, () -> new CatchUp(recompute).changes(board));
      time("list a page", counts, () -> list(TaskFilter.all()));
      time("list a page of blocked", counts, () -> list(TaskFilter.all().withStatus("blocked")));
      time("list a page of a lane", counts, () -> list(TaskFilter.all().withAssignee(lane)));
      String shown = BigBoard.id(random.nextInt(size / 20) * 20L + random.nextInt(DONE_OF_20));
      time("show", counts, () -> board.read(tx -> Tasks.show(tx, shown)));
    }

    void open() {
      time("open", true, () -> Board.open(file, session.boardOptions()).close());
    }

    void everything() {
      time("full recompute", true, () -> new CatchUp(recompute).everything(board));
      time("list a page by title", true, () -> list(TaskFilter.all().withSort("title")));
    }

    private void claim(String id) {
      ClaimResult result = board.write(tx -> GrantClaims.claim(tx, id, CLAIMANT, CEILING));
      if (!(result instanceof ClaimResult.Granted)) {
        throw CliFailure.failed("Task '%s' was ready and could not be claimed.".formatted(id));
      }
    }

    private void complete(String id) {
      board.write(tx ->
          new Completions(recompute).complete(tx, id, Completion.empty().withSummary("done")));
    }

    private void list(TaskFilter filter) {
      board.read(tx -> TaskList.list(tx, filter.withLimit(PAGE)));
    }
  }

  /** Fills both boards where there are none yet, and measures. */
  SizeFigures run(Path smallFile, Path largeFile, int size) {
    filled(smallFile, SMALL);
    filled(largeFile, size);
    var small = new Subject(smallFile, SMALL, 0);
    var large = new Subject(largeFile, size, 1);
    try {
      progress.say("measuring");
      for (int i = 0; i < WARM_UP + TURNS; i++) {
        small.turn(i, i >= WARM_UP);
        large.turn(i, i >= WARM_UP);
      }
      for (int i = 0; i < OPENINGS; i++) {
        small.open();
        large.open();
      }
      for (int i = 0; i < 3; i++) {
        small.everything();
        large.everything();
      }
    } finally {
      small.board.close();
      large.board.close();
    }
    return new SizeFigures(size, medians());
  }

  private void filled(Path file, int tasks) {
    try (Board board = Board.openOrCreate(file, session.boardOptions())) {
      if (board.<Boolean>read(tx -> tx.exists("SELECT 1 AS n FROM tasks LIMIT 1"))) {
        return;
      }
      board.checkpointByHand();
      BigBoard.fill(board, tasks, progress);
    }
  }

  private Map<String, long[]> medians() {
    Map<String, long[]> medians = new LinkedHashMap<>();
    micros.forEach((what, pair) ->
        medians.put(what, Arrays.stream(pair).mapToLong(SizeBench::median).toArray()));
    return medians;
  }

  private static long median(List<Long> values) {
    List<Long> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  /**
   * What was found.
   *
   * @param medians microseconds by operation, on the small board and on the large one
   */
  record SizeFigures(int size, Map<String, long[]> medians) implements Figures {
    @Override
    public ObjectNode json() {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      json.put("small", SMALL).put("large", size);
      ObjectNode operations = json.putObject("operations");
      medians.forEach((what, pair) -> operations
          .putObject(what)
          .put("small_us", pair[0])
          .put("large_us", pair[1])
          .put("ratio", Math.round(100.0 * pair[1] / Math.max(1, pair[0])) / 100.0));
      return json;
    }

    @Override
    public List<String> lines() {
      List<String> lines = new ArrayList<>();
      lines.add(
          "%-26s%14s%14s%8s".formatted("median, us", SMALL + " tasks", size + " tasks", "ratio"));
      medians.forEach((what, pair) -> lines.add(String.format(
          Locale.ROOT,
          "%-26s%14d%14d%8.2f",
          what,
          pair[0],
          pair[1],
          pair[1] / (double) Math.max(1, pair[0]))));
      return lines;
    }
  }
}
