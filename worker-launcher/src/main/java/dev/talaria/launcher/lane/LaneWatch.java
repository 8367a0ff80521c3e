package dev.talaria.launcher.lane;

import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.policy.FailureClass;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows which lanes can be served on this host at the moment: their commands are tried at the start and again and again, on a
 * thread of its own. Thread-safe.
 */
public final class LaneWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LaneWatch.class);
  private static final Duration TURN = Duration.ofMillis(500);

  private final Map<Lane, LaneProbe> probes;
  private final LongSupplier nanos;
  private final Map<Lane, LaneHealth> health = new ConcurrentHashMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "lane-watch");

  public LaneWatch(Map<Lane, LaneProbe> probes) {
    this(probes, System::nanoTime);
  }

  LaneWatch(Map<Lane, LaneProbe> probes, LongSupplier nanos) {
    this.probes = Map.copyOf(probes);
    this.nanos = nanos;
    probes.keySet().forEach(lane -> health.put(lane, LaneHealth.unknown(nanos.getAsLong())));
    thread.setDaemon(true);
  }

  /**
   * Tries each command once, all at the same time: a launcher that starts has workers to look after, and waits for the slowest
   * only. When this returns it is known which lanes are served. Then goes on by itself.
   */
  public void start() {
    List<Thread> looks = new ArrayList<>();
    for (Map.Entry<Lane, LaneProbe> entry : probes.entrySet()) {
      Thread look = new Thread(
          () -> untilInterrupted(() -> look(entry.getKey(), entry.getValue())), "lane-look");
      look.setDaemon(true);
      look.start();
      looks.add(look);
    }
    untilInterrupted(() -> {
      for (Thread look : looks) {
        look.join();
      }
    });
    thread.start();
  }

  private interface Look {
    void now() throws InterruptedException;
  }

  private static void untilInterrupted(Look look) {
    try {
      look.now();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether work of the lane can be started here now; false for lanes that are not configured. */
  public boolean serves(Lane lane) {
    LaneHealth known = health.get(lane);
    return known != null && known.serves();
  }

  /** The lanes that are served, by name. */
  public List<Lane> served() {
    return health.keySet().stream().filter(this::serves).sorted().toList();
  }

  /** Lanes that are configured and not served, by name, with the reason. */
  public Map<String, String> faults() {
    Map<String, String> faults = new TreeMap<>();
    health.forEach((lane, known) -> {
      if (known.fault() != null) {
        faults.put(lane.name(), known.fault());
      }
    });
    return faults;
  }

  /** Why the lane is not served; for people. */
  public String why(Lane lane) {
    LaneHealth known = health.get(lane);
    if (known == null) {
      return "this launcher does not serve lane " + lane;
    }
    return known.fault() == null ? "lane is served" : known.fault();
  }

  /** A worker runs. */
  public void started(Lane lane) {
    health.computeIfPresent(lane, (key, before) -> before.started());
  }

  /** A worker could not be started; what is the task's fault says nothing about the lane. */
  public void notStarted(Lane lane, FailureClass failure, String reason) {
    if (failure == FailureClass.INFRA) {
      change(lane, before -> before.notStarted(oneLine(reason), nanos.getAsLong()));
    }
  }

  /** Tries the commands whose time has come. */
  void lookAtDue() throws InterruptedException {
    for (Map.Entry<Lane, LaneProbe> entry : probes.entrySet()) {
      LaneHealth known = health.get(entry.getKey());
      if (known != null && known.isDue(nanos.getAsLong())) {
        look(entry.getKey(), entry.getValue());
      }
    }
  }

  private void look(Lane lane, LaneProbe probe) throws InterruptedException {
    String problem = probe.problem();
    change(
        lane,
        before -> before.looked(problem == null ? null : oneLine(problem), nanos.getAsLong()));
  }

  private interface Change {
    LaneHealth of(LaneHealth before);
  }

  private void change(Lane lane, Change change) {
    health.computeIfPresent(lane, (key, before) -> {
      LaneHealth after = change.of(before);
      tell(key, before.fault(), after.fault());
      return after;
    });
  }

  /** Once when a reason begins, and once when it ends. */
  private static void tell(Lane lane, @Nullable String before, @Nullable String after) {
    if (after == null && before != null && !before.equals(LaneHealth.NOT_TRIED)) {
      log.info("Lane '{}' is served again.", lane);
    } else if (after != null && !after.equals(before)) {
      log.warn("Lane '{}' is not served until this is mended: {}", lane, after);
    }
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", " ");
  }

  private void run() {
    try {
      while (!closing.await(TURN.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          lookAtDue();
        } catch (RuntimeException e) { // whatever it is, nothing else looks at the lanes
          log.error("Lanes cannot be looked at; it is tried again.", e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closing.countDown();
    thread.interrupt();
  }
}
