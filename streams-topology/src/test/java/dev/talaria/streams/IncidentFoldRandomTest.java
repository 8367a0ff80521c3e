package dev.talaria.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.Incident;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.policy.PolicyFold;
import dev.talaria.protocol.policy.RetryPolicy;
import dev.talaria.protocol.policy.RetryPolicy.Systemic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random events of two boards go into the fold and into a model that remembers everything and looks through all of it each
 * time. Both must tell the same incidents, always. {@code -Dtalaria.seed=} plays one again.
 */
class IncidentFoldRandomTest {
  private static final int STEPS = 1_500;
  private static final int WINDOW = 60;
  private static final int QUIET = 120;
  private static final int PROBE_AFTER = 40;

  static LongStream seeds() {
    Long seed = Long.getLong("talaria.seed");
    return seed == null ? new Random().longs(12) : LongStream.of(seed);
  }

  @ParameterizedTest(name = "seed={0}")
  @MethodSource("seeds")
  void shouldTellTheSameAsAModelThatForgetsNothing(long seed) {
    var random = new Random(seed);
    var wire = new Wire();
    List<BoardEvents> boards = List.of(
        new BoardEvents(wire, BoardKey.parse("alpha/default")),
        new BoardEvents(wire, BoardKey.parse("beta/default")));
    var memory = new Maps();
    var told = new HashMap<String, Incident>();
    var fold = new IncidentFold(new PolicyFold(wire), memory, new Telling(told));
    var model = new Model();
    List<String> steps = new ArrayList<>();
    long now = 1_800_000_000_000L;

    for (int i = 0; i < STEPS; i++) {
      long passed = random.nextInt(4) == 0 ? random.nextInt(50) : 1;
      now += passed * 1_000;
      for (BoardEvents board : boards) {
        board.later(passed);
      }
      fold.pass(now);
      model.pass(now);
      BoardEvents board = boards.get(random.nextInt(2));
      String task = "t_" + random.nextInt(8);
      Transition event = event(random, board, task, List.copyOf(told.values()), wire);
      boards.forEach(other -> other.sameTimeAs(board));
      steps.add("%d s: %s %s of %s: %s"
          .formatted(event.at(), event.kind(), event.run(), event.taskKey(), event.payload()));
      fold.advance(event, now);
      model.take(event, now);

      assertThat(shown(told))
          .as("seed %d after step %d:%n%s", seed, i, String.join("\n", last(steps)))
          .isEqualTo(model.shown());
    }
    assertThat(model.openings).as("the test opens incidents at all").isPositive();
  }

  private static Transition event(
      Random random, BoardEvents board, String task, List<Incident> told, Wire wire) {
    RetryPolicy policy = new Policies()
        .limit(9)
        .systemic(new Systemic(3, WINDOW, (long) QUIET, random.nextInt(3) > 0, (long) PROBE_AFTER))
        .build();
    Incident known = told.isEmpty() ? null : told.get(random.nextInt(told.size()));
    boolean ours = known != null && known.board().equals(board.key());
    return switch (random.nextInt(12)) {
      case 0 -> board.ended(task, "completed", 1 + random.nextInt(20), "done");
      case 1 -> ours ? board.probe(task, known) : board.plain(task, "commented");
      case 2, 3 ->
        ours && known.probe() != null
            ? random.nextBoolean()
                ? board.ended(known.probe().task(), "completed", known.probe().run(), "done")
                : failure(random, board, known.probe().task(), policy)
                    .end(known.probe().run())
            : board.plain(task, "commented");
      case 4 ->
        ours && random.nextInt(3) == 0
            ? board.incidentClosed(task, known, "anna", "enough")
            : board.status(task, "unblocked", "ready");
      default -> failure(random, board, task, policy).end();
    };
  }

  private static BoardEvents.Failure failure(
      Random random, BoardEvents board, String task, RetryPolicy policy) {
    return board
        .failed(task, policy)
        .lane(random.nextInt(4) == 0 ? "reviewer" : "coder")
        .fingerprint(random.nextInt(3) == 0 ? "crashed: disk" : "crashed: module");
  }

  private static Map<String, String> shown(Map<String, Incident> told) {
    Map<String, String> shown = new TreeMap<>();
    told.values().stream()
        .filter(Incident::isOpen)
        .forEach(incident -> shown.put(
            "%s %s %s".formatted(incident.board(), incident.lane(), incident.fingerprint()),
            "failures %d, tasks %d, paused %s, probe %s, failed %d, next %s"
                .formatted(
                    incident.failures(),
                    incident.tasks(),
                    incident.paused(),
                    incident.probe() == null ? null : incident.probe().run(),
                    incident.failedProbes(),
                    incident.nextProbeAt())));
    return shown;
  }

  private static List<String> last(List<String> steps) {
    return steps.subList(Math.max(0, steps.size() - 40), steps.size());
  }

  private record Telling(Map<String, Incident> told) implements IncidentFold.Heard {
    @Override
    public void changed(String key, Incident incident) {
      told.put(incident.key(), incident);
    }

    @Override
    public void opened(Incident incident) {}

    @Override
    public void probe(Incident incident, IncidentFold.ProbeResult result) {}

    @Override
    public void forgotten(String key) {
      told.remove(key);
    }
  }

  private static final class Maps implements IncidentMemory {
    private final Map<String, RecentFailures> failures = new HashMap<>();
    private final Map<String, TrackedIncident> incidents = new TreeMap<>();
    private final Map<String, TaskIncidents> tasks = new HashMap<>();

    @Override
    public RecentFailures failures(String key) {
      return failures.getOrDefault(key, RecentFailures.NONE);
    }

    @Override
    public void failures(String key, RecentFailures later) {
      failures.put(key, later);
    }

    @Override
    public @Nullable TrackedIncident incident(String key) {
      return incidents.get(key);
    }

    @Override
    public void incident(String key, TrackedIncident incident) {
      incidents.put(incident.incident().key(), incident);
    }

    @Override
    public void forget(TrackedIncident past) {
      incidents.remove(past.incident().key());
    }

    @Override
    public int open(BoardKey board) {
      return (int)
          ofBoard(board).stream().filter(one -> one.incident().isOpen()).count();
    }

    @Override
    public int kept(BoardKey board) {
      return ofBoard(board).size();
    }

    @Override
    public List<TrackedIncident> ofBoard(BoardKey board) {
      return incidents.values().stream()
          .filter(one -> one.incident().board().equals(board))
          .toList();
    }

    @Override
    public List<TrackedIncident> all() {
      return List.copyOf(incidents.values());
    }

    @Override
    public TaskIncidents task(String taskKey) {
      return tasks.getOrDefault(taskKey, TaskIncidents.NONE);
    }

    @Override
    public void task(String taskKey, TaskIncidents later) {
      tasks.put(taskKey, later);
    }
  }

  /** Every failure there ever was, and what is open; nothing else, and no shortcuts. */
  private static final class Model {
    private final List<Failure> failures = new ArrayList<>();
    private final Map<String, Open> open = new TreeMap<>();
    private final Map<String, Long> countedFrom = new HashMap<>();
    private int openings;

    private record Failure(
        String board, String print, String lane, String task, long at, long no) {}

    private static final class Open {
      private String id = "";
      private long failures;
      private final Set<String> tasks = new HashSet<>();
      private boolean paused;
      private @Nullable Long next;
      private @Nullable Long probe;
      private final Set<String> probes = new HashSet<>();
      private int failed;
      private long heard;
    }

    void pass(long now) {
      for (String key : List.copyOf(open.keySet())) {
        Open one = open.get(key);
        long seconds = QUIET + (one.paused ? delay(one.failed) : 0);
        if (one.probe == null && now - one.heard > seconds * 1_000) {
          close(key);
        }
      }
    }

    void take(Transition event, long now) {
      String board = event.board().toString();
      String run = event.task() + "#" + event.run();
      String key = key(board, text(event, "lane"), text(event, "fingerprint"));
      Open named = open.get(key);
      boolean isNamed = named != null && named.id.equals(text(event, "incident"));
      switch (event.kind()) {
        case "completed" ->
          List.copyOf(open.keySet()).stream()
              .filter(it -> it.startsWith(board + " "))
              .filter(it -> open.get(it).tasks.contains(event.task())
                  || open.get(it).probes.contains(run))
              .forEach(this::close);
        case "crashed" -> {
          open.forEach((it, one) -> {
            if (it.startsWith(board + " ") && one.probes.remove(run)) {
              one.failed++;
              one.probe = null;
              one.next = one.paused ? Long.valueOf(event.at() + delay(one.failed)) : null;
              one.heard = now;
            }
          });
          failed(event, board, now);
        }
        case "incident_probe" -> {
          if (isNamed) {
            named.probe = event.run();
            named.probes.add(run);
            named.heard = now;
          }
        }
        case "incident_closed" -> {
          if (isNamed) {
            close(key);
          }
        }
        default -> {}
      }
    }

    private void failed(Transition event, String board, long now) {
      String print = text(event, "fingerprint");
      boolean pauses = event.payload().at("/policy/systemic/pause_lane").asBoolean();
      failures.add(new Failure(
          board, print, text(event, "lane"), event.task(), event.at(), failures.size()));
      Map<String, Failure> lastOfEachTask = new TreeMap<>();
      failures.stream()
          .filter(it -> it.board().equals(board) && it.print().equals(print))
          .filter(it -> it.no() >= countedFrom.getOrDefault(board + print, 0L))
          .filter(it -> event.at() - it.at() < WINDOW)
          .forEach(it -> lastOfEachTask.put(it.task(), it));
      boolean spreads = open.keySet().stream().anyMatch(it -> isOf(it, board, print));
      if (!spreads && lastOfEachTask.size() < 3) {
        return;
      }
      Open own = open.get(key(board, text(event, "lane"), print));
      if (spreads) { // only the failure itself counts, in its own lane
        lastOfEachTask.clear();
        lastOfEachTask.put(event.task(), failures.get(failures.size() - 1));
      }
      if (own != null) {
        own.failures++;
        own.tasks.add(event.task());
        settle(own, pauses, event, now);
      }
      var lanes = new TreeSet<String>();
      lastOfEachTask.values().forEach(it -> lanes.add(it.lane()));
      for (String lane : lanes) {
        String key = key(board, lane, print);
        if (!open.containsKey(key)) {
          var opened = new Open();
          openings++;
          opened.id =
              Incident.id(Incident.key(event.board(), lane, print), event.lineage(), event.event());
          lastOfEachTask.values().stream().filter(it -> it.lane().equals(lane)).forEach(it -> {
            opened.failures++;
            opened.tasks.add(it.task());
          });
          open.put(key, opened);
          settle(opened, pauses, event, now);
        }
      }
    }

    private static void settle(Open one, boolean pauses, Transition event, long now) {
      one.heard = now;
      if (one.paused != pauses) {
        one.paused = pauses;
        one.next = pauses ? Long.valueOf(event.at() + delay(one.failed)) : null;
        one.probe = pauses ? one.probe : null;
      }
    }

    private void close(String key) {
      open.remove(key);
      String[] parts = key.split(" ", 3);
      if (open.keySet().stream().noneMatch(it -> isOf(it, parts[0], parts[2]))) {
        countedFrom.put(parts[0] + parts[2], (long) failures.size());
      }
    }

    Map<String, String> shown() {
      Map<String, String> shown = new TreeMap<>();
      open.forEach((key, one) -> shown.put(
          key,
          "failures %d, tasks %d, paused %s, probe %s, failed %d, next %s"
              .formatted(
                  one.failures, one.tasks.size(), one.paused, one.probe, one.failed, one.next)));
      return shown;
    }

    private static long delay(int failed) {
      long delay = PROBE_AFTER;
      for (int i = 0; i < failed && delay < 3_600; i++) {
        delay *= 2;
      }
      return Math.min(delay, 3_600);
    }

    private static boolean isOf(String key, String board, String print) {
      return key.startsWith(board + " ") && key.endsWith(" " + print);
    }

    private static String key(String board, String lane, String print) {
      return "%s %s %s".formatted(board, lane, print);
    }

    private static String text(Transition event, String name) {
      return event.payload() == null ? "" : event.payload().path(name).asText();
    }
  }
}
