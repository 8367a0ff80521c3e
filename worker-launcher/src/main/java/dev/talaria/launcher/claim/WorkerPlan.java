package dev.talaria.launcher.claim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.launcher.lane.LaneValues;
import dev.talaria.launcher.lane.Places;
import dev.talaria.launcher.lane.WorkerEnvironment;
import dev.talaria.launcher.lane.WorkerTask;
import dev.talaria.launcher.lane.Workspaces;
import dev.talaria.launcher.process.RunAs;
import dev.talaria.launcher.process.SpawnFailure;
import dev.talaria.launcher.process.WorkerCommand;
import dev.talaria.launcher.process.WorkerLog;
import dev.talaria.launcher.rundir.RunDirectory;
import dev.talaria.launcher.shadow.ShadowBoards;
import dev.talaria.protocol.message.Reply.Grant;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Turns a grant into what is to be started: command line, environment, workspace and log. */
public final class WorkerPlan {
  private static final String CONTEXT_FILE = "context.txt";

  private final String host;
  private final @Nullable ShadowBoards shadows;
  private final Workspaces workspaces;
  private final @Nullable ScratchOfOthers scratch;
  private final Places places;
  private final WorkerEnvironment environment;
  private final long rotateBytes;
  private final int backups;

  /**
   * A planner.
   *
   * @param host this host's id; on another than the board's, its paths mean nothing
   * @param scratch makes scratch workspaces for tasks of other hosts' boards; null where every board is of
   *     this host
   * @param places of this host that tasks of other hosts' boards may work in
   * @param shadows makes boards for workers that need one; null where every board is of this host
   * @param rotateBytes size at which a task's log is rotated, at a spawn
   * @param backups rotated logs that are kept
   */
  public WorkerPlan(
      String host,
      @Nullable ShadowBoards shadows,
      Workspaces workspaces,
      @Nullable ScratchOfOthers scratch,
      Places places,
      WorkerEnvironment environment,
      long rotateBytes,
      int backups) {
    this.host = host;
    this.shadows = shadows;
    this.workspaces = workspaces;
    this.scratch = scratch;
    this.places = places;
    this.environment = environment;
    this.rotateBytes = rotateBytes;
    this.backups = backups;
  }

  /**
   * What to start, and where the task's workspace is.
   *
   * @param workspace as it is to be known on the board
   */
  public record Plan(WorkerCommand command, Path workspace) {}

  /**
   * Plans a run, making its workspace and log.
   *
   * @param api where the worker API listens, or null
   * @param token the run's token for it, or null
   */
  public Plan plan(
      Grant grant, LaneSpec lane, RunDirectory directory, @Nullable URI api, @Nullable String token)
      throws SpawnFailure {
    return plan(grant, lane, directory, workspace(grant), api, token);
  }

  /**
   * Finds or makes the task's workspace. For a board of another host scratch is made here, whatever path an attempt
   * elsewhere had, and any other directory must be in one of this host's places.
   */
  public Path workspace(Grant grant) throws SpawnFailure {
    ObjectNode task = grant.task();
    String kind = task.path("workspace_kind").asText("scratch");
    boolean home = grant.place().host().equals(host);
    if (!home && kind.equals("scratch") && scratch != null) {
      return scratch.make(grant.run());
    }
    var wanted = new Workspaces.Wanted(
        kind,
        text(task, "workspace_path"),
        grant.place().slug(),
        grant.run().taskId(),
        text(task, "branch_name"));
    if (!home) {
      places.check(wanted);
    }
    return workspaces.resolve(wanted);
  }

  /** As the other, in a workspace that was made before. */
  public Plan plan(
      Grant grant,
      LaneSpec lane,
      RunDirectory directory,
      Path workspace,
      @Nullable URI api,
      @Nullable String token)
      throws SpawnFailure {
    ObjectNode task = grant.task();
    boolean home = grant.place().host().equals(host);
    Path root = home ? Path.of(grant.place().root()) : workspaces.hermesRoot();
    try {
      RunAs runAs = lane.runAs();
      RunAs.Account user = runAs == null ? null : runAs.account();
      Path context = directory.write(CONTEXT_FILE, grant.context());
      if (user != null) {
        var handover = new Handover(user);
        context = handover.context(directory, grant.context());
        handover.workspace(
            task.path("workspace_kind").asText("scratch"),
            workspace,
            workspaces.root(grant.place().slug()),
            grant.run().taskId());
      }
      Path log = home ? Path.of(grant.place().log()) : directory.path().resolve("log");
      Files.createDirectories(log.toAbsolutePath().getParent());
      new WorkerLog(log).rotate(rotateBytes, backups);
      String model = model(grant, lane);
      Duration limit = seconds(task, "max_runtime_seconds");
      var worker = new WorkerTask(
          grant.run(),
          lane.lane().name(),
          model,
          workspace,
          grant.claimLock(),
          home ? Path.of(grant.place().db()) : elsewhere(grant, lane, directory, workspace),
          home || scratch == null
              ? Path.of(grant.place().workspaces())
              : scratch.root(grant.run().board()),
          root,
          text(task, "tenant"),
          text(task, "branch_name"),
          context,
          limit);
      Map<String, String> env = new TreeMap<>(environment.of(worker, api, token));
      if (user != null) {
        env.putAll(user.environment());
      }
      env.putAll(lane.env());
      List<String> argv = lane.command().fill(values(grant, lane, task, model, workspace, context));
      return new Plan(new WorkerCommand(argv, env, workspace, log, limit, user), workspace);
    } catch (IOException e) {
      throw SpawnFailure.ofHost(
          "Cannot prepare run '%s': %s".formatted(grant.run(), e.getMessage()), e);
    }
  }

  /** The board of a worker on another host than its own: a shadow of it, where its lane asks for one. */
  private Path elsewhere(Grant grant, LaneSpec lane, RunDirectory directory, Path workspace)
      throws IOException {
    ObjectNode slice = grant.slice();
    return shadows != null && lane.shadow() && slice != null
        ? shadows.make(directory, slice, workspace)
        : nowhere(grant, directory);
  }

  /**
   * A path at which no board can be, for a worker whose board is on another host. hermes's tools and our own verbs would
   * else take a board of this host, which may well have the same name, for the worker's.
   */
  private static Path nowhere(Grant grant, RunDirectory directory) throws IOException {
    Path file = directory.write(
        "board-is-on-host-" + grant.place().host(),
        "The board is on another host. Use the worker API, 'talaria mcp' or the verbs of talaria.\n");
    return file.resolve("kanban.db");
  }

  /** The model that a run uses, as far as this launcher knows: the task's own, else the lane's. */
  public static @Nullable String model(Grant grant, LaneSpec lane) {
    String override = text(grant.task(), "model_override");
    return override != null ? override : lane.model();
  }

  private static LaneValues values(
      Grant grant,
      LaneSpec lane,
      ObjectNode task,
      @Nullable String model,
      Path workspace,
      Path context) {
    return new LaneValues()
        .with("task_id", grant.run().taskId())
        .with("task", grant.run().task().toString())
        .with("run_id", Long.toString(grant.run().runId()))
        .with("run", grant.run().toString())
        .with("title", text(task, "title"))
        .with("profile", lane.lane().name())
        .with("model", text(task, "model_override") == null ? null : model)
        .with("skills", texts(task.path("skills")))
        .with("workspace", workspace.toString())
        .with("board", grant.place().slug())
        .with("host", grant.place().host())
        .with("context_file", context.toString())
        .with("tenant", text(task, "tenant"))
        .with("branch", text(task, "branch_name"));
  }

  private static @Nullable String text(ObjectNode task, String name) {
    JsonNode value = task.get(name);
    return value == null || value.isNull() || value.asText().isEmpty() ? null : value.asText();
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.elements().forEachRemaining(element -> texts.add(element.asText()));
    return texts;
  }

  private static @Nullable Duration seconds(ObjectNode task, String name) {
    long seconds = task.path(name).asLong(0);
    return seconds <= 0 ? null : Duration.ofSeconds(seconds);
  }
}
