package dev.talaria.cli.demo;

import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.TaskIds;
import dev.talaria.board.home.BoardHome;
import dev.talaria.board.home.BoardLocation;
import dev.talaria.cli.Surroundings;
import dev.talaria.cli.run.HostRuntime;
import dev.talaria.dispatcher.BoardFile;
import dev.talaria.launcher.claim.LaneSpec;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.service.config.ConfigLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * All of {@code talaria up} in this process, on the demo's home: broker, topology, dispatcher, launcher, metrics. Closing ends
 * its workers first; it may come from another thread, and again.
 */
final class Stage implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final HostRuntime runtime;
  private final BoardHome home;
  private final BoardLocation location;
  private final BoardOptions options;

  /** Puts it together; nothing runs before {@link #start}. */
  Stage(Path root, Map<String, String> environment, Surroundings around) {
    home = BoardHome.of(Map.of("HERMES_KANBAN_HOME", root.toString()), root);
    location = home.location("default");
    options = new BoardOptions(around.clock(), TaskIds.random(around.random()));
    runtime = new HostRuntime(
        new ConfigLoader(root, Map.of(), Map.of()).load(),
        home,
        environment,
        root,
        options,
        around.clock());
  }

  /** Starts all of it and waits until it is ready, but not longer than the limit. */
  void start(Duration limit) throws IOException, InterruptedException {
    long until = System.nanoTime() + limit.toNanos();
    board().close(); // makes the file
    List<LaneSpec> lanes = runtime.lanes();
    runtime.startKafka();
    runtime.kafka().ensureTopics();
    runtime.takeLauncherIdentity();
    runtime.startTopology();
    var file = new BoardFile(
        new BoardKey(runtime.host(), location.slug()),
        location.database(),
        home.root(),
        location.workspaces(),
        location.logs(),
        true);
    runtime.startDispatcher(List.of(file), lanes);
    runtime.startLauncher(lanes, false);
    runtime.startEndpoint(runtime.config().http());
    runtime.started();
    while (!runtime.isReady() && System.nanoTime() < until) {
      Thread.sleep(PAUSE.toMillis());
    }
  }

  HostRuntime runtime() {
    return runtime;
  }

  /** The board, on a connection of the caller's. */
  Board board() {
    return Board.openOrCreate(location.database(), options);
  }

  @Override
  public void close() {
    runtime.stopWorkers();
    runtime.close();
  }
}
