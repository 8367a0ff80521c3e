package dev.talaria.cli.remote;

import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.TaskIds;
import dev.talaria.board.Work;
import dev.talaria.board.home.BoardHome;
import dev.talaria.cli.CliRig;
import dev.talaria.cli.Terminal;
import dev.talaria.dispatcher.apply.Turn;
import dev.talaria.dispatcher.verb.RemoteVerbs;
import dev.talaria.dispatcher.verb.VerbsAside;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.CallerKey;
import dev.talaria.protocol.message.BoardCommand.Verb;
import dev.talaria.protocol.message.Reply;
import dev.talaria.protocol.message.Reply.VerbDone;
import dev.talaria.protocol.message.Wire;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A board with what its dispatcher does for verbs of other hosts, without Kafka between. */
public final class RemoteRig implements AutoCloseable {
  static final BoardKey KEY = new BoardKey("alpha", "default");
  private static final CallerKey ASKER = new CallerKey("beta", "asker");

  private final Path home;
  private final Map<String, String> service = new HashMap<>();
  private final BoardOptions options =
      new BoardOptions(InstantSource.fixed(CliRig.NOW), TaskIds.random(new Random(7)));
  private final BlockingQueue<Reply> late = new LinkedBlockingQueue<>();
  private final Board board;
  private Terminal terminal = Terminal.none();
  private RemoteVerbs verbs;
  private int commands;

  public RemoteRig(Path home) {
    this.home = home;
    this.board = Board.openOrCreate(home.resolve("kanban.db"), options);
    restart();
  }

  /** A variable of the process that serves the board. */
  RemoteRig withServiceVariable(String name, String value) {
    service.put(name, value);
    return restart();
  }

  RemoteRig on(Terminal other) {
    terminal = other;
    return this;
  }

  /** As after the end of the dispatcher's process. */
  RemoteRig restart() {
    if (verbs != null) {
      verbs.close();
    }
    var places = BoardHome.of(Map.of("HERMES_KANBAN_HOME", home.toString()), home.resolve("user"));
    var runner = new HostVerbs(
        places, service, home.resolve("user"), InstantSource.fixed(CliRig.NOW), new Random(7));
    var aside = new VerbsAside(
        KEY,
        () -> Board.open(home.resolve("kanban.db"), options),
        late::addAll,
        InstantSource.fixed(CliRig.NOW));
    verbs = new RemoteVerbs(KEY, runner, aside, new Wire());
    return this;
  }

  Verb verb(String id, String... arguments) {
    return verb(id, CliRig.NOW.toEpochMilli() + 60_000, Map.of(), arguments);
  }

  Verb verb(String id, long expiresAt, Map<String, String> environment, String... arguments) {
    return new Verb(
        id,
        ASKER,
        List.of(arguments),
        "user",
        environment,
        terminal.interactive(),
        terminal.width(),
        terminal.colour(),
        "Z",
        expiresAt);
  }

  /** Carries it out as the board's owner does, and waits for the answer. */
  VerbDone ask(Verb verb) {
    Turn turn = commit(verb);
    turn.afterwards().forEach(Runnable::run);
    try {
      Reply reply = turn.replies().isEmpty()
          ? late.poll(60, TimeUnit.SECONDS)
          : turn.replies().get(0);
      if (!(reply instanceof VerbDone done)) {
        throw new AssertionError("no answer to " + verb.commandId() + ": " + reply);
      }
      return done;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Applies it durably and goes no further, as if the process had ended then. */
  Turn commit(Verb verb) {
    var turn = new Turn(true);
    board.change(tx -> verbs.apply(tx, turn, verb));
    return turn;
  }

  /** Applies it in a transaction that is undone. */
  void undone(Verb verb) {
    try {
      board.change(tx -> {
        verbs.apply(tx, new Turn(true), verb);
        throw new IllegalArgumentException("undone");
      });
    } catch (IllegalArgumentException e) {
      // meant
    }
  }

  public CliRig.Result run(String... arguments) {
    VerbDone done = ask(verb("command-" + commands++, arguments));
    return new CliRig.Result(done.exit(), done.out(), done.err());
  }

  <T> T change(Work<T> work) {
    return board.write(work);
  }

  public <T> T read(Work<T> work) {
    return board.read(work);
  }

  @Override
  public void close() {
    verbs.close();
    board.close();
  }
}
