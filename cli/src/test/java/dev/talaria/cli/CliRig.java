package dev.talaria.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.talaria.board.Board;
import dev.talaria.board.Work;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** Runs verbs in this process, on a home of their own. */
public final class CliRig {
  public static final Instant NOW = Instant.parse("2026-01-31T14:05:09Z");

  private final Path home;
  private final Map<String, String> environment = new HashMap<>();
  private final Deque<Runnable> duringPauses = new ArrayDeque<>();
  private final Random random = new Random(7);
  private Terminal terminal = Terminal.none();
  private InstantSource clock = InstantSource.fixed(NOW);

  public CliRig(Path home) {
    this.home = home;
    environment.put("HERMES_KANBAN_HOME", home.toString());
  }

  /** What one invocation did. */
  public record Result(int exit, String out, String err) {
    public JsonNode json() {
      try {
        return JsonMapper.builder().build().readTree(out);
      } catch (IOException e) {
        throw new UncheckedIOException(out, e);
      }
    }

    public String[] lines() {
      return out.split("\n");
    }
  }

  public CliRig with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** By the system's clock, for what other processes look at too. */
  public CliRig atPresent() {
    clock = InstantSource.system();
    return this;
  }

  public CliRig on(Terminal other) {
    terminal = other;
    return this;
  }

  /** What happens while a verb that follows waits; after the last one the user ends it. */
  public CliRig duringPause(Runnable act) {
    duringPauses.add(act);
    return this;
  }

  public Surroundings surroundings(PrintWriter out, PrintWriter err) {
    return new Surroundings(
        environment,
        home.resolve("user"),
        home.resolve("work"),
        out,
        err,
        terminal,
        clock,
        ZoneOffset.UTC,
        random,
        this::pause);
  }

  private boolean pause(Duration duration) {
    Runnable act = duringPauses.poll();
    if (act == null) {
      return false;
    }
    act.run();
    return true;
  }

  public Result run(String... args) {
    var out = new StringWriter();
    var err = new StringWriter();
    int exit = new Talaria(surroundings(new PrintWriter(out), new PrintWriter(err))).run(args);
    return new Result(exit, out.toString(), err.toString());
  }

  /** Creates a task and says its id. */
  public String create(String title, String... more) {
    String[] args = new String[more.length + 3];
    args[0] = "create";
    args[1] = title;
    args[2] = "--json";
    System.arraycopy(more, 0, args, 3, more.length);
    Result result = run(args);
    if (result.exit() != 0) {
      throw new AssertionError(result.err());
    }
    return result.json().get("id").asText();
  }

  public String status(String id) {
    return run("show", id, "--json").json().at("/task/status").asText();
  }

  /** Works on the default board as another program would. */
  public <T> T onBoard(Work<T> work) {
    var session = new Session(
        surroundings(new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter())));
    try (Board board = Board.openOrCreate(home.resolve("kanban.db"), session.boardOptions())) {
      return board.write(work);
    }
  }
}
