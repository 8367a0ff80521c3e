package dev.talaria.cli.metrics;

import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.TaskIds;
import dev.talaria.board.home.BoardHome;
import dev.talaria.board.home.BoardLocation;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.TaskCreation;
import dev.talaria.cli.run.HostRuntime;
import dev.talaria.dispatcher.BoardFile;
import dev.talaria.launcher.claim.LaneSpec;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.service.config.ConfigLoader;
import dev.talaria.testkit.TestBroker;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** The services of one host in this JVM, with a home, a board and lanes of its own. */
public final class ServiceHost implements AutoCloseable {
  private final HostRuntime runtime;
  private final BoardHome home;
  private final BoardOptions options;
  private final TaskCreation creation = new TaskCreation(Set.of(), null);
  private int port;

  ServiceHost(TestBroker broker, Path root, String host, String yaml) throws IOException {
    this(broker, root, host, yaml, InstantSource.system());
  }

  /** As above, with a clock of its own for the services and for the board. */
  public ServiceHost(TestBroker broker, Path root, String host, String yaml, InstantSource clock)
      throws IOException {
    options = new BoardOptions(clock, TaskIds.random(new Random()));
    Files.createDirectories(root);
    Files.writeString(root.resolve("talaria.yaml"), yaml);
    home = BoardHome.of(Map.of("HERMES_KANBAN_HOME", root.toString()), root);
    runtime = new HostRuntime(
        new ConfigLoader(
                root,
                Map.of(),
                Map.of(
                    "fleet.host",
                    host,
                    "http.port",
                    "0",
                    "kafka.bootstrap",
                    broker.bootstrapServers(),
                    "kafka.prefix",
                    broker.prefix(),
                    "kafka.partitions",
                    "2"))
            .load(),
        home,
        Map.of("PATH", System.getenv("PATH")),
        root,
        options,
        clock);
  }

  public HostRuntime runtime() {
    return runtime;
  }

  public BoardKey board() {
    return new BoardKey(runtime.host(), "default");
  }

  /** All that {@code up} starts, but for the broker. */
  void startAll() throws Exception {
    open().close();
    List<LaneSpec> lanes = begin();
    runtime.startTopology();
    runtime.startDispatcher(List.of(boardFile()), lanes);
    runtime.startLauncher(lanes, false);
    runtime.started();
  }

  /** A topology, and a dispatcher whose tasks run on other hosts. */
  public void startBoard() throws Exception {
    open().close();
    begin();
    runtime.startTopology();
    runtime.startDispatcher(List.of(boardFile()), null);
    runtime.started();
  }

  private BoardFile boardFile() {
    BoardLocation location = home.location("default");
    return new BoardFile(
        board(), location.database(), home.root(), location.workspaces(), location.logs(), true);
  }

  /** A launcher that takes offers, and nothing else. */
  public void startLauncher() throws Exception {
    List<LaneSpec> lanes = begin();
    runtime.startLauncher(lanes, true);
    runtime.started();
  }

  private List<LaneSpec> begin() throws Exception {
    runtime.startKafka();
    runtime.kafka().ensureTopics();
    runtime.takeLauncherIdentity();
    port = runtime.startEndpoint(runtime.config().http());
    return runtime.lanes();
  }

  public Board open() {
    return Board.openOrCreate(home.location("default").database(), options);
  }

  String create(String title, String lane, String... parents) {
    return create(NewTask.titled(title).withAssignee(lane).withParents(List.of(parents)));
  }

  public String create(NewTask task) {
    try (Board board = open()) {
      return board.write(tx -> creation.create(tx, task)).taskId();
    }
  }

  public String status(String task) {
    try (Board board = open()) {
      return board
          .read(tx -> dev.talaria.board.task.Tasks.find(tx, task))
          .orElseThrow()
          .status();
    }
  }

  HttpResponse<String> scrape(String accept) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                .header("Accept", accept)
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() {
    runtime.stopWorkers();
    runtime.close();
  }
}
