package dev.talaria.dispatcher.grant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.TaskIds;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Skills;
import dev.talaria.board.task.TaskCreation;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Completions;
import dev.talaria.board.transition.Recompute;
import dev.talaria.dispatcher.apply.Turn;
import dev.talaria.dispatcher.placement.Candidate;
import dev.talaria.dispatcher.placement.Needs;
import dev.talaria.dispatcher.placement.Placement;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.Presence.LauncherBeat;
import dev.talaria.protocol.message.Presence.Standing;
import dev.talaria.protocol.message.Reply;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random tasks, requirements and launchers on a real board. Never is a launcher granted what it does not fit, nor more than
 * it has slots for; and where one that fits has a free slot, no task that it could take stays ready.
 */
class PlacementWalkTest {
  private static final BoardKey KEY = new BoardKey("h0", "default");
  private static final long SECOND = 1_000_000_000L;

  @TempDir
  Path directory;

  private final Map<LauncherKey, Launcher> launchers = new LinkedHashMap<>();
  private final Map<String, NewTask> tasks = new HashMap<>();
  private long now;

  /** A launcher of the walk: what it is, and what it runs. */
  private static final class Launcher {
    private final LauncherKey key;
    private final Map<String, String> labels;
    private final List<String> places;
    private final Map<String, Integer> lanes;
    private final int slots;
    private final Map<RunKey, String> runs = new LinkedHashMap<>();

    Launcher(Random random, int index) {
      key = new LauncherKey("h" + index, "main");
      labels =
          random.nextBoolean() ? Map.of("gpu", Boolean.toString(random.nextBoolean())) : Map.of();
      places = random.nextBoolean() ? List.of("/srv/" + random.nextInt(2)) : List.of();
      lanes = random.nextBoolean() ? Map.of("coder", 2) : Map.of("coder", 2, "tester", 1);
      slots = 1 + random.nextInt(3);
    }

    int free(String lane) {
      long inLane = runs.values().stream().filter(lane::equals).count();
      return (int) Math.min(slots - runs.size(), lanes.getOrDefault(lane, 0) - inLane);
    }

    LauncherBeat beat() {
      Map<String, Integer> laneFree = new HashMap<>();
      lanes.keySet().forEach(lane -> laneFree.put(lane, free(lane)));
      return new LauncherBeat(
          key,
          "i",
          1,
          0,
          slots,
          slots - runs.size(),
          lanes.keySet().stream().sorted().map(Lane::new).toList(),
          List.copyOf(runs.keySet()),
          labels,
          "t",
          null,
          false,
          0,
          new Standing(laneFree, Map.of(), places, null, null));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14})
  void shouldGrantOnlyWhatFitsAndLeaveNothingThatFits(long seed) {
    var random = new Random(seed);
    var options = new BoardOptions(
        () -> Instant.ofEpochSecond(1_700_000_000L + now / SECOND),
        TaskIds.random(new Random(seed)),
        1_000);
    try (Board board = Board.openOrCreate(directory.resolve("b" + seed + ".db"), options)) {
      for (int i = 0; i < 4; i++) {
        var launcher = new Launcher(random, i);
        launchers.put(launcher.key, launcher);
      }
      var slots = new RemoteSlots(null);
      var direct = new DirectGrants("h0", slots, TestGranting.of(KEY, directory), () -> 0);
      for (int step = 0; step < 120; step++) {
        now += SECOND;
        step(board, random, direct);
        launchers.values().forEach(launcher -> slots.heard(launcher.beat(), now));
        grant(board, direct, "seed %d, step %d".formatted(seed, step));
      }
      assertThat(tasks).hasSizeGreaterThan(50);
    }
  }

  private void step(Board board, Random random, DirectGrants direct) {
    if (random.nextInt(5) < 3) {
      NewTask task = NewTask.titled("t")
          .withAssignee(random.nextInt(3) == 0 ? "tester" : "coder")
          .withPriority(random.nextInt(3))
          .withTenant(random.nextBoolean() ? null : "t" + random.nextInt(2));
      if (random.nextInt(3) == 0) {
        task = task.withRequires(Map.of("gpu", Boolean.toString(random.nextBoolean())));
      }
      if (random.nextInt(3) == 0) {
        task = task.withWorkspace("dir", "/srv/" + random.nextInt(3) + "/x", null);
      }
      NewTask wanted = task;
      var creation = new TaskCreation(Skills.hermesToolsets(), null);
      tasks.put(board.write(tx -> creation.create(tx, wanted).taskId()), wanted);
    }
    if (random.nextInt(5) < 2) {
      launchers.values().stream()
          .filter(launcher -> !launcher.runs.isEmpty())
          .skip(random.nextInt(2))
          .findFirst()
          .ifPresent(launcher -> end(board, launcher, direct));
    }
  }

  private static void end(Board board, Launcher launcher, DirectGrants direct) {
    RunKey run = launcher.runs.keySet().iterator().next();
    launcher.runs.remove(run);
    var turn = new Turn(true);
    turn.freed(run);
    var completions = new Completions(new Recompute(1));
    board.change(tx -> completions.complete(
        tx, run.taskId(), new Completion("done", null, null, List.of(), run.runId())));
    direct.note(turn);
  }

  private void grant(Board board, DirectGrants direct, String where) {
    var turn = new Turn(true);
    board.change(tx -> direct.grant(tx, turn, now));
    direct.settle(true, now);
    for (Reply reply : turn.replies()) {
      var grant = (Reply.Grant) reply;
      Launcher launcher = launchers.get(grant.asker());
      NewTask task = tasks.get(grant.run().taskId());
      assertThat(launcher).isNotNull();
      assertThat(task).isNotNull();
      assertThat(launcher.free(grant.lane().name())).as(where).isPositive();
      assertThat(launcher.labels.entrySet())
          .as(where)
          .containsAll(task.requires().entrySet());
      String path = task.workspacePath();
      assertThat(path == null
              || launcher.key.host().equals("h0")
              || launcher.places.stream().anyMatch(place -> path.startsWith(place + "/")))
          .as("%s: %s to %s", where, path, launcher.key)
          .isTrue();
      launcher.runs.put(grant.run(), grant.lane().name());
    }
    List<Candidate> candidates = new ArrayList<>();
    launchers.values().forEach(launcher -> candidates.add(Candidate.of(launcher.beat(), "h0")));
    List<String> ready = board.read(
        tx -> tx.list("SELECT id FROM tasks WHERE status = 'ready'", row -> row.requireText("id")));
    for (String id : ready) {
      NewTask task = tasks.get(id);
      var needs = new Needs(
          String.valueOf(task.assignee()),
          task.requires(),
          task.workspaceKind(),
          task.workspacePath());
      assertThat(Placement.of(needs, candidates))
          .as("%s: %s is still ready", where, needs)
          .isNotInstanceOf(Placement.Startable.class);
    }
  }
}
