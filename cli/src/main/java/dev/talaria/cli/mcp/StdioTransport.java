package dev.talaria.cli.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpServerSession;
import io.modelcontextprotocol.spec.McpServerTransport;
import io.modelcontextprotocol.spec.McpServerTransportProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * One client on two streams, a message a line. The SDK's own transport ends at the first line that is not a message, and
 * drops the answers of calls that are under way when the client closes its side; this one answers both. Tool calls run
 * one after the other, in the order they came, on a thread of their own, so that a ping is answered while one waits.
 */
final class StdioTransport implements McpServerTransportProvider {
  private static final int LARGEST_LINE = 16 * 1024 * 1024;
  private static final int WAITING_CALLS = 256;
  private static final Duration AFTER_CLIENT =
      Duration.ofSeconds(150); // longer than a busy board is waited for
  private static final JSONRPCMessage CONFIRMED =
      new JSONRPCNotification("2.0", McpSchema.METHOD_NOTIFICATION_INITIALIZED, null);
  private static final int PARSE_ERROR = -32700;
  private static final int INVALID_REQUEST = -32600;
  private static final int INTERNAL_ERROR = -32603;

  private final McpJsonMapper json = ToolServer.PROTOCOL_JSON;
  private final MessageLines lines;
  private final OutputStream out;
  private final Consumer<String> log;
  private final ThreadPoolExecutor calls = new ThreadPoolExecutor(
      1,
      1,
      0,
      TimeUnit.SECONDS,
      new ArrayBlockingQueue<>(WAITING_CALLS),
      task -> new Thread(task, "tool-calls"),
      StdioTransport::waitForRoom);
  private @Nullable McpServerSession session;
  private boolean greeted; // by the reading thread alone
  private boolean initialized;
  private volatile boolean closed;

  StdioTransport(InputStream in, OutputStream out, Consumer<String> log) {
    this.lines = new MessageLines(in, LARGEST_LINE);
    this.out = out;
    this.log = log;
  }

  private static void waitForRoom(Runnable call, ThreadPoolExecutor calls) {
    try {
      if (calls.isShutdown()) {
        throw new RejectedExecutionException("the server is ending");
      }
      calls.getQueue().put(call);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RejectedExecutionException(e);
    }
  }

  @Override
  public void setSessionFactory(McpServerSession.Factory factory) {
    session = factory.create(new Channel());
  }

  /** Reads and answers until the client closes its side; returns when everything that came is answered. */
  void serve() {
    try {
      for (MessageLines.Line line = lines.next(); line != null && !closed; line = lines.next()) {
        accept(line);
      }
    } catch (IOException e) {
      log.accept("cannot read from the client any more: " + e);
    }
    close(AFTER_CLIENT);
  }

  /** Takes nothing more, and waits so long for calls that are under way. */
  void close(Duration atMost) {
    closed = true;
    calls.shutdown();
    try {
      if (!calls.awaitTermination(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
        log.accept("a call did not end within %s; its answer is lost".formatted(atMost));
        calls.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void accept(MessageLines.Line line) {
    if (line.text().isBlank()) {
      return;
    }
    if (line.text().stripLeading().startsWith("[")) {
      refuse(line.text(), INVALID_REQUEST, "Batches are not taken; send one message a line.");
      return;
    }
    if (line.cut()) {
      refuse(
          line.text(),
          INVALID_REQUEST,
          "The message is longer than %d bytes. Write large things to a file and name the file."
              .formatted(LARGEST_LINE));
      return;
    }
    JSONRPCMessage message;
    try {
      message = McpSchema.deserializeJsonRpcMessage(json, line.text());
    } catch (IOException e) {
      refuse(line.text(), PARSE_ERROR, "This line is not a JSON-RPC message: " + firstLine(e));
      return;
    } catch (RuntimeException e) {
      refuse(line.text(), INVALID_REQUEST, "This is not a JSON-RPC message: " + firstLine(e));
      return;
    }
    if (message instanceof JSONRPCRequest request && !isWelcome(request)) {
      refuse(line.text(), INVALID_REQUEST, "Send 'initialize' first.");
    } else if (message instanceof JSONRPCRequest request
        && McpSchema.METHOD_TOOLS_CALL.equals(request.method())) {
      call(ToolCalls.readable(request), line.text());
    } else {
      initialized |= message instanceof JSONRPCNotification said
          && McpSchema.METHOD_NOTIFICATION_INITIALIZED.equals(said.method());
      handle(message, line.text());
    }
  }

  /**
   * Whether a request may be handed to the session, which would wait without end for a client that has not introduced
   * itself. One that did, and only forgot to confirm it, is taken to have confirmed.
   */
  private boolean isWelcome(JSONRPCRequest request) {
    if (McpSchema.METHOD_INITIALIZE.equals(request.method())) {
      greeted = true;
    } else if (greeted && !initialized) {
      handle(CONFIRMED, "");
      initialized = true;
    }
    return greeted;
  }

  private void call(JSONRPCRequest request, String line) {
    try {
      calls.execute(() -> handle(request, line));
    } catch (RejectedExecutionException e) {
      refuse(line, INTERNAL_ERROR, "The server is ending.");
    }
  }

  private void handle(JSONRPCMessage message, String line) {
    McpServerSession open = session;
    if (open == null) {
      throw new IllegalStateException("There is no server behind this transport.");
    }
    try {
      open.handle(message).block();
    } catch (RuntimeException | StackOverflowError e) {
      log.accept("a message could not be handled: " + e);
      if (message instanceof JSONRPCRequest) {
        refuse(line, INTERNAL_ERROR, "The message could not be handled: " + firstLine(e));
      }
    }
  }

  private static String firstLine(Throwable e) {
    String message = String.valueOf(e.getMessage());
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }

  /** Answers a line that the SDK does not understand, under its id if one can be made out. */
  private void refuse(String line, int code, String message) {
    JsonNode id = RequestId.in(line);
    ObjectNode answer = JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0");
    answer.set("id", id);
    answer.putObject("error").put("code", code).put("message", message);
    write(answer.toString());
  }

  private void write(String message) {
    synchronized (out) {
      try {
        out.write(message.getBytes(StandardCharsets.UTF_8));
        out.write('\n');
        out.flush();
      } catch (IOException e) {
        if (!closed) {
          log.accept("the client does not listen any more: " + e);
        }
        closed = true;
      }
    }
  }

  @Override
  public Mono<Void> notifyClients(String method, Object params) {
    McpServerSession open = session;
    return open == null ? Mono.empty() : open.sendNotification(method, params);
  }

  @Override
  public Mono<Void> closeGracefully() {
    return Mono.fromRunnable(() -> closed = true);
  }

  /** What the session sends through. */
  private final class Channel implements McpServerTransport {
    @Override
    public Mono<Void> sendMessage(JSONRPCMessage message) {
      return Mono.fromRunnable(() -> {
        try {
          write(json.writeValueAsString(message));
        } catch (IOException e) {
          throw new IllegalStateException("The answer cannot be written as JSON: " + e, e);
        }
      });
    }

    @Override
    public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
      return json.convertValue(data, type);
    }

    @Override
    public Mono<Void> closeGracefully() {
      return StdioTransport.this.closeGracefully();
    }
  }
}
