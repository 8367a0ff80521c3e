package dev.talaria.cli.mcp;

import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.mcp.port.BoardAccess;
import dev.talaria.cli.mcp.tool.Caller;
import dev.talaria.cli.mcp.tool.Toolbox;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Serves the tools until the client closes stdin, or the process is asked to end. */
@Command(
    name = "mcp",
    footer = {
      "",
      "An agent's MCP client starts it; by hand it waits for JSON-RPC, one message a line.",
      "With HERMES_KANBAN_TASK set it has a worker's tools, otherwise an orchestrator's.",
      "",
      "Example: claude mcp add talaria -- talaria mcp"
    })
public final class McpCommand implements Callable<Integer> {
  private static final Duration LAST_CALLS = Duration.ofSeconds(5);

  private final Session session;

  public McpCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    System.setOut(System.err); // stdout is the protocol's; whoever prints, prints elsewhere
    Caller caller = Caller.of(session.surroundings().environment());
    var access = new BoardAccess(session, caller);
    var toolbox = new Toolbox(caller, access, this::failed);
    var transport = new StdioTransport(
        new FileInputStream(FileDescriptor.in),
        new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)),
        this::log);
    ToolServer.start(toolbox, caller, transport);
    var hook = new Thread(() -> end(transport), "end-of-mcp");
    Runtime.getRuntime().addShutdownHook(hook);
    log("serving %d tools %s on %s"
        .formatted(
            toolbox.tools().stream().filter(toolbox::offers).count(),
            caller.isWorker() ? "to the worker of " + caller.task() : "to an orchestrator",
            access.place()));
    transport.serve();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // asked to end at the same moment; the hook does the rest
    }
    return Exit.DONE;
  }

  /** A call that is under way is finished: its board must not be left to guess whether the agent was heard. */
  private static void end(StdioTransport transport) {
    transport.close(LAST_CALLS);
    Runtime.getRuntime().halt(Exit.DONE);
  }

  private synchronized void log(String line) {
    PrintWriter err = session.err();
    err.println("talaria mcp: " + line);
    err.flush();
  }

  private synchronized void failed(String tool, Throwable failure) {
    log("%s failed: %s".formatted(tool, failure));
    failure.printStackTrace(session.err());
    session.err().flush();
  }
}
