package dev.talaria.cli.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.TaskIds;
import dev.talaria.board.Work;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.TaskCreation;
import dev.talaria.board.transition.ClaimResult;
import dev.talaria.board.transition.Claims;
import dev.talaria.cli.CliRig;
import dev.talaria.cli.Session;
import dev.talaria.cli.Surroundings;
import dev.talaria.cli.Terminal;
import dev.talaria.cli.mcp.port.BoardAccess;
import dev.talaria.cli.mcp.tool.Caller;
import dev.talaria.cli.mcp.tool.Tool;
import dev.talaria.cli.mcp.tool.Toolbox;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Tools on a home of their own, as the worker of a task or as an orchestrator, without a protocol in between. */
public final class ToolRig {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  public static final String LOCK = "here:1";

  private final Path home;
  private final Random random;
  private final Map<String, String> environment = new HashMap<>();
  public final List<Throwable> failures = new ArrayList<>();

  public ToolRig(Path home) {
    this(home, 7);
  }

  public ToolRig(Path home, long seed) {
    this.home = home;
    this.random = new Random(seed);
    environment.put("HERMES_KANBAN_HOME", home.toString());
  }

  public ToolRig with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** The environment that a process of this rig has. */
  public Map<String, String> environment() {
    return Map.copyOf(environment);
  }

  /** From now on the caller is the worker of this task, which is claimed for it. */
  public long workOn(String taskId) {
    var granted = (ClaimResult.Granted) onBoard(tx -> Claims.claim(tx, taskId, LOCK, 900));
    with("HERMES_KANBAN_TASK", taskId);
    with("HERMES_KANBAN_RUN_ID", Long.toString(granted.runId()));
    with("HERMES_KANBAN_CLAIM_LOCK", LOCK);
    with("HERMES_KANBAN_DB", home.resolve("kanban.db").toString());
    with("HERMES_KANBAN_BOARD", "default");
    with("HERMES_PROFILE", "coder");
    return granted.runId();
  }

  private Session session() {
    var nowhere = new PrintWriter(new StringWriter());
    return new Session(new Surroundings(
        environment,
        home.resolve("user"),
        home,
        nowhere,
        nowhere,
        Terminal.none(),
        InstantSource.fixed(CliRig.NOW),
        ZoneOffset.UTC,
        random,
        duration -> false));
  }

  public Toolbox toolbox() {
    Caller caller = Caller.of(environment);
    return new Toolbox(
        caller, new BoardAccess(session(), caller), (tool, failure) -> failures.add(failure));
  }

  public List<String> offered() {
    Toolbox toolbox = toolbox();
    return toolbox.tools().stream().filter(toolbox::offers).map(Tool::name).toList();
  }

  /** Calls with arguments as a model would write them. */
  public Toolbox.Answer call(String tool, String json) {
    return call(tool, (ObjectNode) parse(json));
  }

  public Toolbox.Answer call(String tool, ObjectNode arguments) {
    Toolbox toolbox = toolbox();
    Tool found = toolbox.tools().stream()
        .filter(it -> it.name().equals(tool))
        .findFirst()
        .orElseThrow();
    return toolbox.call(found, arguments);
  }

  /** As {@link #call}, for one that must succeed. */
  public ObjectNode done(String tool, String json) {
    Toolbox.Answer answer = call(tool, json);
    if (answer.failed()) {
      throw new AssertionError(answer.body().toString());
    }
    return answer.body();
  }

  /** As {@link #call}, for one that must be refused; the reason. */
  public String refused(String tool, String json) {
    Toolbox.Answer answer = call(tool, json);
    if (!answer.failed()) {
      throw new AssertionError("It was done: " + answer.body());
    }
    return answer.body().path("error").asText();
  }

  public static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(json, e);
    }
  }

  /** Creates a task as a person would. */
  public String task(String title, String... parents) {
    return task(NewTask.titled(title).withAssignee("coder").withParents(List.of(parents)));
  }

  public String task(NewTask wanted) {
    return onBoard(tx -> new TaskCreation(Set.of(), null).create(tx, wanted).taskId());
  }

  public Board board() {
    return Board.openOrCreate(
        home.resolve("kanban.db"),
        new BoardOptions(InstantSource.fixed(CliRig.NOW), TaskIds.random(random)));
  }

  public <T> T onBoard(Work<T> work) {
    try (Board board = board()) {
      return board.write(work);
    }
  }

  public String status(String taskId) {
    return onBoard(tx -> tx.first(
            "SELECT status FROM tasks WHERE id = ?", row -> row.requireText("status"), taskId)
        .orElseThrow());
  }

  public List<String> kinds(String taskId) {
    return onBoard(tx -> tx.list(
        "SELECT kind FROM task_events WHERE task_id = ? ORDER BY id",
        row -> row.requireText("kind"),
        taskId));
  }
}
