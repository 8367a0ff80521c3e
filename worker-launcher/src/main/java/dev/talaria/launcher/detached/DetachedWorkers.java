package dev.talaria.launcher.detached;

import dev.talaria.board.dispatch.SpawnRefused;
import dev.talaria.board.dispatch.Spawner;
import dev.talaria.board.order.OrderFile;
import dev.talaria.launcher.claim.Handover;
import dev.talaria.launcher.claim.LaneSpec;
import dev.talaria.launcher.claim.StartGate;
import dev.talaria.launcher.claim.WorkerPlan;
import dev.talaria.launcher.process.ForkerTools;
import dev.talaria.launcher.process.ProcessTable;
import dev.talaria.launcher.process.RunEnded;
import dev.talaria.launcher.process.RunInspector;
import dev.talaria.launcher.process.RunState;
import dev.talaria.launcher.process.SpawnFailure;
import dev.talaria.launcher.process.Supervisor;
import dev.talaria.launcher.process.SupervisorListener;
import dev.talaria.launcher.process.SupervisorSettings;
import dev.talaria.launcher.process.WorkerCommand;
import dev.talaria.launcher.rundir.Retention;
import dev.talaria.launcher.rundir.RunDirectories;
import dev.talaria.launcher.rundir.RunDirectory;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.message.Reply.BoardPlace;
import dev.talaria.protocol.message.Reply.Grant;
import dev.talaria.protocol.message.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the workers of a tick: as a launcher does, under a recording shell and in a session of their own, but nobody stays
 * with them. They outlive this process; the next tick, of any process, finds how they ended in their run directories.
 */
public final class DetachedWorkers implements Spawner, AutoCloseable {
  /** Where run directories of ticks are, below {@code <home>/talaria}: a launcher takes up only its own. */
  public static final String DIRECTORY = "dispatched";

  private static final Logger log = LoggerFactory.getLogger(DetachedWorkers.class);
  private static final Duration START_PATIENCE = Duration.ofSeconds(30);
  private static final String TICK = "tick";
  private static final Retention RETENTION = Retention.DEFAULT;

  private final BoardKey board;
  private final Function<String, BoardPlace> places;
  private final Function<String, @Nullable LaneSpec> lanes;
  private final WorkerPlan plans;
  private final RunDirectories runs;
  private final ProcessTable table;
  private final Wire wire;
  private final InstantSource clock;
  private final Supervisor supervisor;
  private final StartGate gate;
  private final Map<RunKey, CompletableFuture<Long>> starting = new ConcurrentHashMap<>();
  private boolean started;

  /**
   * For one board.
   *
   * @param places where the board is, by task
   * @param orders {@code <home>/talaria}, where what operators ordered is
   * @param lanes what to start for a profile; null where it is not known here
   */
  public DetachedWorkers(
      BoardKey board,
      Function<String, BoardPlace> places,
      Function<String, @Nullable LaneSpec> lanes,
      WorkerPlan plans,
      RunDirectories runs,
      ProcessTable table,
      ForkerTools tools,
      Wire wire,
      InstantSource clock,
      Path orders) {
    this.board = board;
    this.places = places;
    this.lanes = lanes;
    this.plans = plans;
    this.runs = runs;
    this.table = table;
    this.wire = wire;
    this.clock = clock;
    this.gate = new StartGate(new LauncherKey(board.host(), TICK), new OrderFile(orders));
    this.supervisor =
        new Supervisor(runs, table, tools, SupervisorSettings.DEFAULT, clock, new Starts());
  }

  @Override
  public String workspace(Order order) throws SpawnRefused {
    try {
      return plans.workspace(grant(order)).toString();
    } catch (SpawnFailure e) {
      throw new SpawnRefused(e.reason());
    }
  }

  @Override
  public OptionalLong spawn(Order order, String workspace) throws SpawnRefused {
    LaneSpec lane = lanes.apply(order.profile());
    if (lane == null) {
      throw new SpawnRefused("Profile '%s' cannot be started here.".formatted(order.profile()));
    }
    Grant grant = grant(order);
    var start = new CompletableFuture<Long>();
    starting.put(grant.run(), start);
    try {
      startSupervisor();
      RunDirectory directory = runs.create(grant.run(), wire.encode(grant))
          .orElseThrow(() -> new SpawnRefused(
              "Run '%s' was started before; see '%s'.".formatted(grant.run(), runs.root())));
      WorkerCommand command =
          plans.plan(grant, lane, directory, Path.of(workspace), null, null).command();
      Optional<String> ordered = heldBack(order.profile());
      if (ordered.isPresent()) {
        directory.entomb(ordered.get());
        throw SpawnRefused.onOrder(ordered.get());
      }
      // the time limit is the tick's to enforce: by then this process may be gone
      supervisor.spawn(
          directory,
          new WorkerCommand(
              command.argv(),
              command.environment(),
              command.workspace(),
              command.log(),
              null,
              command.user()));
      return OptionalLong.of(start.get(START_PATIENCE.toSeconds(), TimeUnit.SECONDS));
    } catch (SpawnFailure e) {
      throw new SpawnRefused(e.reason());
    } catch (ExecutionException e) {
      Optional<String> ordered = heldBack(order.profile());
      if (ordered.isPresent() && neverStarted(grant.run())) {
        throw SpawnRefused.onOrder(ordered.get());
      }
      Throwable cause = e.getCause();
      throw new SpawnRefused(String.valueOf(cause == null ? e.getMessage() : cause.getMessage()));
    } catch (TimeoutException e) {
      throw new SpawnRefused(entombed(grant.run()));
    } catch (IOException e) {
      throw new SpawnRefused("Cannot prepare the run: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SpawnRefused("interrupted while the worker was started");
    } finally {
      starting.remove(grant.run());
    }
  }

  @Override
  public Optional<String> heldBack(String profile) {
    return gate.heldBack(board, new Lane(profile));
  }

  private boolean neverStarted(RunKey run) {
    try {
      RunDirectory directory = runs.find(run).orElse(null);
      return directory != null && directory.tombstone().isPresent();
    } catch (IOException e) {
      return false;
    }
  }

  /** A worker that comes after all must not run beside its successor. */
  private String entombed(RunKey run) {
    String reason = "the worker did not start within %d s".formatted(START_PATIENCE.toSeconds());
    runs.find(run).ifPresent(directory -> {
      try {
        directory.entomb(reason);
      } catch (IOException e) {
        log.warn("Run directory {} cannot be closed: {}", directory, e.toString());
      }
    });
    return reason;
  }

  private void startSupervisor() throws IOException {
    if (!started) {
      supervisor.start();
      started = true;
    }
  }

  private Grant grant(Order order) {
    String host = board.host();
    return new Grant(
        new LauncherKey(host, TICK),
        0,
        TICK,
        null,
        board.task(order.taskId()).run(order.runId()),
        new Lane(order.profile()),
        order.task().path("claim_lock").asText(""),
        order.task(),
        order.context(),
        places.apply(order.taskId()));
  }

  /**
   * Marks the run directories of ended workers whose runs the board has closed, and removes old ones.
   *
   * @param isOpen whether the board still waits for the end of a run of its own
   */
  public void settle(Predicate<RunKey> isOpen) {
    try {
      var inspector = new RunInspector(table, runs);
      for (RunDirectory directory : runs.list()) {
        if (directory.run().board().equals(board)
            && !directory.acknowledged()
            && !(inspector.inspect(directory) instanceof RunState.Running)
            && !isOpen.test(directory.run())) {
          directory.acknowledge();
        }
      }
      RETENTION.apply(runs, clock.instant());
      Handover.tidy(runs);
    } catch (IOException e) {
      log.warn("Run directories in {} were not tidied: {}", runs.root(), e.toString());
    }
  }

  /** Lets go of the workers, which go on. */
  @Override
  public void close() {
    supervisor.close();
  }

  private final class Starts implements SupervisorListener {
    @Override
    public void started(RunKey run, long pid, java.time.Instant at) {
      CompletableFuture<Long> start = starting.get(run);
      if (start != null) {
        start.complete(pid);
      }
    }

    @Override
    public void ended(RunEnded end) {
      failed(end.run(), "the worker was " + end.exit().words());
    }

    @Override
    public void neverStarted(RunKey run, String reason) {
      failed(run, reason);
    }

    private void failed(RunKey run, String reason) {
      CompletableFuture<Long> start = starting.get(run);
      if (start != null) {
        start.completeExceptionally(new IllegalStateException(reason));
      }
    }
  }
}
