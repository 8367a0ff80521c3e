package dev.talaria.cli.mcp.port;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.Tx;
import dev.talaria.board.context.WorkerContext;
import dev.talaria.board.task.Comments;
import dev.talaria.board.task.CreateResult;
import dev.talaria.board.task.Links;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Run;
import dev.talaria.board.task.Task;
import dev.talaria.board.task.TaskCreation;
import dev.talaria.board.task.TaskFilter;
import dev.talaria.board.task.TaskList;
import dev.talaria.board.task.Tasks;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.transition.Blocks;
import dev.talaria.board.transition.CatchUp;
import dev.talaria.board.transition.Claims;
import dev.talaria.board.transition.CompleteResult;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Completions;
import dev.talaria.board.transition.Recompute;
import dev.talaria.cli.mcp.tool.ToolBoard;
import dev.talaria.cli.mcp.tool.ToolRefused;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A board in its file. It is opened for each call, so that a file that was moved or put back is never written to by its old name. */
final class BoardFile implements ToolBoard {
  private final Path database;
  private final boolean mayBeNew;
  private final BoardOptions options;
  private final WorkerContext context;
  private final TaskCreation creation;
  private final Recompute recompute = new Recompute(Recompute.DEFAULT_AUTO_RECOVER_LIMIT);

  /** @param mayBeNew whether a missing file becomes a board; a worker's is there, or something is wrong */
  BoardFile(
      Path database,
      boolean mayBeNew,
      BoardOptions options,
      WorkerContext context,
      TaskCreation creation) {
    this.database = database;
    this.mayBeNew = mayBeNew;
    this.options = options;
    this.context = context;
    this.creation = creation;
  }

  private <T> T on(Function<Board, T> work) {
    try (Board board =
        mayBeNew ? Board.openOrCreate(database, options) : Board.open(database, options)) {
      return work.apply(board);
    }
  }

  @Override
  public ObjectNode show(String taskId) {
    return on(board -> board.read(tx -> {
      ObjectNode shown = Tasks.show(tx, taskId)
          .map(ToolShapes::show)
          .orElseThrow(() -> new ToolRefused(WhyRefused.unknown(taskId)));
      return shown.put("worker_context", context.of(tx, taskId));
    }));
  }

  @Override
  public ObjectNode list(TaskFilter filter, int limit) {
    return on(board -> list(board, filter, limit, new CatchUp(recompute).changes(board)));
  }

  private static ObjectNode list(Board board, TaskFilter filter, int limit, int promoted) {
    return board.read(tx -> {
      List<Task> found = TaskList.list(tx, filter.withLimit(limit + 1)); // one more: is that all?
      boolean truncated = found.size() > limit;
      ArrayNode tasks = BoardJson.array(List.of());
      found.stream()
          .limit(limit)
          .forEach(task -> tasks.add(ToolShapes.listed(
              task, Tasks.parents(tx, task.id()), Tasks.children(tx, task.id()))));
      ObjectNode answer = BoardJson.object();
      answer.set("tasks", tasks);
      return ToolShapes.page(answer.put("count", tasks.size()), limit, truncated)
          .put("promoted", promoted);
    });
  }

  @Override
  public ObjectNode complete(String taskId, Completion completion) {
    CompleteResult result = on(board -> board.write(tx -> {
      CompleteResult done = new Completions(recompute).complete(tx, taskId, completion);
      if (done instanceof CompleteResult.NotCompletable) {
        throw new ToolRefused(WhyRefused.of(
            tx,
            taskId,
            "complete",
            "Only a task that is running, ready or blocked can be completed.",
            completion.runId()));
      }
      return done; // a refusal for phantom cards leaves its event behind
    }));
    if (result instanceof CompleteResult.PhantomCards phantom) {
      throw new ToolRefused(WhyRefused.phantoms(taskId, phantom.phantoms()));
    }
    Long run = ((CompleteResult.Completed) result).runId();
    return ok().put("task_id", taskId).put("run_id", run);
  }

  @Override
  public ObjectNode block(String taskId, String reason, @Nullable Long run) {
    return on(board -> board.write(tx -> {
      if (!Blocks.block(tx, taskId, reason, run)) {
        throw new ToolRefused(WhyRefused.of(
            tx, taskId, "block", "Only a task that is running or ready can be blocked.", run));
      }
      return ok().put("task_id", taskId).put("run_id", lastRun(tx, taskId));
    }));
  }

  private static @Nullable Long lastRun(Tx tx, String taskId) {
    List<Run> runs = Tasks.runs(tx, taskId);
    return runs.isEmpty() ? null : runs.get(runs.size() - 1).id();
  }

  @Override
  public ObjectNode heartbeat(
      String taskId,
      @Nullable String note,
      @Nullable Long run,
      @Nullable String lock,
      long seconds) {
    return on(board -> board.write(tx -> {
      boolean beaten = Claims.heartbeatWorker(tx, taskId, note, run);
      boolean extended = beaten && lock != null && Claims.heartbeatClaim(tx, taskId, lock, seconds);
      // whose run it is, is known by the run or, without one, by the lock alone
      boolean stranger = run == null && lock != null && !extended;
      if (!beaten || stranger) {
        throw new ToolRefused(WhyRefused.beat(tx, taskId, run, lock));
      }
      ObjectNode answer = ok().put("task_id", taskId).put("claim_extended", extended);
      if (lock != null && !extended) {
        answer.put(
            "warning",
            "The beat is noted, but the claim was not extended: it is held under another lock than HERMES_KANBAN_CLAIM_LOCK says.");
      }
      return answer;
    }));
  }

  @Override
  public ObjectNode comment(String taskId, String author, String body) {
    return on(board -> board.write(tx -> {
      require(tx, taskId);
      long id = Comments.add(tx, taskId, author, body);
      return ok().put("task_id", taskId).put("comment_id", id);
    }));
  }

  @Override
  public ObjectNode create(NewTask task) {
    return on(board -> board.write(tx -> {
      CreateResult created = creation.create(tx, task);
      return ok().put("task_id", created.taskId()).put("status", created.status());
    }));
  }

  @Override
  public ObjectNode unblock(String taskId) {
    return on(board -> board.write(tx -> {
      if (!Blocks.unblock(tx, taskId)) {
        throw new ToolRefused(WhyRefused.of(
            tx,
            taskId,
            "unblock",
            "Only a blocked, scheduled or held task can be unblocked.",
            null));
      }
      String status = Tasks.find(tx, taskId).map(Task::status).orElse("ready");
      return ok().put("task_id", taskId).put("status", status);
    }));
  }

  @Override
  public ObjectNode link(String parentId, String childId) {
    return on(board -> board.write(tx -> {
      require(tx, parentId);
      require(tx, childId);
      new Links(recompute).link(tx, parentId, childId);
      return ok().put("parent_id", parentId).put("child_id", childId);
    }));
  }

  private static void require(Tx tx, String taskId) {
    if (!Tasks.exists(tx, taskId)) {
      throw new ToolRefused(WhyRefused.unknown(taskId));
    }
  }

  private static ObjectNode ok() {
    return BoardJson.object().put("ok", true);
  }
}
