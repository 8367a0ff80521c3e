package dev.talaria.cli.mcp.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.BoardStoreException;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.text.HermesText;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.BiConsumer;

/** All tools for one caller. A call never throws: whatever happens is an answer that a model can act on. */
public final class Toolbox {
  private static final int LONGEST_ERROR = 1_200;
  private static final List<Tool> TOOLS = List.of(
      new ShowTool(),
      new ListTool(),
      new CompleteTool(),
      new BlockTool(),
      new HeartbeatTool(),
      new CommentTool(),
      new CreateTool(),
      new UnblockTool(),
      new LinkTool());

  private final Caller caller;
  private final ToolBoards boards;
  private final BiConsumer<String, Throwable> failures;

  /** @param failures hears of what went wrong in the tools themselves, with the tool's name */
  public Toolbox(Caller caller, ToolBoards boards, BiConsumer<String, Throwable> failures) {
    this.caller = caller;
    this.boards = boards;
    this.failures = failures;
  }

  /**
   * What a call came to.
   *
   * @param body on failure an object with {@code error}
   */
  public record Answer(ObjectNode body, boolean failed) {
    public static Answer error(String message) {
      return new Answer(BoardJson.object().put("error", shortened(message)), true);
    }

    /** A message may quote what was given, which may be a megabyte: its middle is left out then. */
    private static String shortened(String message) {
      int length = HermesText.length(message);
      return length <= LONGEST_ERROR
          ? message
          : HermesText.cap(message, LONGEST_ERROR / 2)
              + " … "
              + message.substring(message.offsetByCodePoints(0, length - LONGEST_ERROR / 2));
    }
  }

  /** Every tool, whoever may use it: one that is not for the caller is refused in words when it is called. */
  public List<Tool> tools() {
    return TOOLS;
  }

  /** Whether the caller is shown the tool. */
  public boolean offers(Tool tool) {
    return tool.isFor(caller);
  }

  public Answer call(Tool tool, ObjectNode given) {
    try {
      if (!offers(tool)) {
        return Answer.error(notOffered(tool));
      }
      Arguments arguments = new Arguments(given);
      ToolBoard board = boards.named(arguments.name("board"));
      ObjectNode body = tool.call(caller, arguments, board);
      List<String> ignored = arguments.namesBut(tool.schema().names());
      if (!ignored.isEmpty()) {
        body.set("ignored_arguments", BoardJson.array(ignored));
      }
      return new Answer(body, false);
    } catch (ToolRefused | BoardStoreException | UncheckedIOException e) {
      return Answer.error("%s: %s".formatted(tool.name(), e.getMessage()));
    } catch (RuntimeException | StackOverflowError e) {
      failures.accept(tool.name(), e);
      return Answer.error(
          "%s failed unexpectedly: %s. Look with kanban_show whether it was done all the same, before you try it once more."
              .formatted(tool.name(), e));
    }
  }

  private String notOffered(Tool tool) {
    return caller.isWorker()
        ? "%s is for orchestrators. As the worker of task '%s' use kanban_show, kanban_comment, kanban_create and kanban_link, and end with kanban_complete or kanban_block."
            .formatted(tool.name(), caller.task())
        : "%s is for the worker of a task, and this process is none (HERMES_KANBAN_TASK is not set). People and orchestrators use 'talaria %s'."
            .formatted(tool.name(), tool.name().substring("kanban_".length()));
  }
}
