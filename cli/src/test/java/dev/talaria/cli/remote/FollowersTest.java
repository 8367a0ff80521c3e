package dev.talaria.cli.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.cli.CliFailure;
import dev.talaria.cli.CliRig;
import dev.talaria.cli.Exit;
import dev.talaria.cli.FarBoard;
import dev.talaria.cli.Follower;
import dev.talaria.cli.Session;
import dev.talaria.cli.Surroundings;
import dev.talaria.cli.verb.LogVerb;
import dev.talaria.cli.verb.StopVerb;
import dev.talaria.cli.verb.TailVerb;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.message.Transition;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Verbs that go on with a board of another host; the board is real, what is published of it is scripted. */
class FollowersTest {
  private static final String LEFT_OVER = """
      INSERT INTO task_runs (id, task_id, status, started_at, ended_at)
      VALUES (7, ?, 'released', 1, 2)
      """;

  @TempDir
  Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Instant now = CliRig.NOW;
  private RemoteRig remote;
  private Far far;
  private String id;

  /** The board as its asker sees it. */
  private final class Far implements FarBoard {
    private final List<List<String>> asked = new ArrayList<>();
    private final Deque<Consumer<Consumer<Transition>>> published = new ArrayDeque<>();
    private Duration patience = Duration.ofSeconds(30);
    private boolean answers = true;

    @Override
    public BoardKey key() {
      return RemoteRig.KEY;
    }

    @Override
    public Duration patience() {
      return patience;
    }

    @Override
    public Answer ask(List<String> arguments) {
      asked.add(arguments);
      if (!answers) {
        return new Answer(Exit.NO_ANSWER, "", "no answer");
      }
      CliRig.Result result = remote.run(arguments.toArray(String[]::new));
      return new Answer(result.exit(), result.out(), result.err());
    }

    @Override
    public boolean next(Consumer<Transition> each) {
      Consumer<Consumer<Transition>> next = published.poll();
      if (next == null) {
        return false;
      }
      next.accept(each);
      return true;
    }

    private Far then(long event, String task, Runnable meanwhile) {
      published.add(each -> {
        meanwhile.run();
        each.accept(
            new Transition(key(), 1, event, task, null, "spoken", 1, null, null, null, null));
      });
      return this;
    }

    private long asked(String option) {
      return asked.stream().filter(it -> it.contains(option)).count();
    }
  }

  @BeforeEach
  void open() throws IOException {
    remote = new RemoteRig(Files.createDirectory(directory.resolve("remote")));
    far = new Far();
    id = remote.run("create", "a", "--json").json().get("id").asText();
  }

  @AfterEach
  void close() {
    remote.close();
  }

  private Session session() {
    Surroundings some = new CliRig(directory.resolve("local"))
        .surroundings(new PrintWriter(out, true), new PrintWriter(err, true));
    return new Session(new Surroundings(
        some.environment(),
        some.userHome(),
        some.workingDirectory(),
        some.out(),
        some.err(),
        some.terminal(),
        () -> now,
        some.zone(),
        some.random(),
        some.pauses()));
  }

  private void timePasses() {
    now = now.plusSeconds(2);
  }

  private <T extends Follower> int follow(T verb, String... arguments) {
    new CommandLine(verb).parseArgs(arguments);
    return verb.follow(far);
  }

  private void leaveAWorkerBehind() {
    remote.<Object>change(tx -> {
      tx.update(LEFT_OVER, id);
      tx.update(
          "INSERT INTO talaria_runs (run_id, launcher, incarnation, instance, granted_at) VALUES (7, 'beta/launcher/main', 1, 'i', 1)");
      return true;
    });
  }

  private void itEnds() {
    remote.<Object>change(tx -> tx.update("UPDATE talaria_runs SET exited_at = 3"));
  }

  @Test
  void shouldStopOnceAndAskAgainWhenSomethingOfTheTaskIsPublished() {
    leaveAWorkerBehind();
    far.then(10, "t_other", () -> {})
        .then(11, "t_other", () -> {})
        .then(12, id, this::itEnds)
        .then(13, id, () -> {});

    int exit = follow(new StopVerb(session()), id, "--wait", "--reason", "--no way");

    assertThat(exit).isZero();
    assertThat(out.toString())
        .isEqualTo(
            "Ended what was left of %s; it is blocked%nIts worker has ended%n".formatted(id));
    assertThat(far.asked("--reason=--no way")).isEqualTo(1);
    assertThat(far.asked("--wait")).isZero();
    assertThat(far.asked("--ended")).as("at first, and when it ended").isEqualTo(2);
  }

  @Test
  void shouldSayThatTheWorkerStillLivesWhenTheTimeIsUp() {
    leaveAWorkerBehind();
    far.patience = Duration.ofSeconds(-1);

    assertThatThrownBy(() -> follow(new StopVerb(session()), id, "--wait"))
        .isInstanceOf(CliFailure.class)
        .hasMessageContainingAll("has not ended yet", "--timeout waits longer");
  }

  @Test
  void shouldNotWaitForAWorkerOfATaskThatIsNotStopped() {
    assertThat(follow(new StopVerb(session()), id, "--wait")).isEqualTo(1);
    assertThat(err.toString()).contains("Nobody works on it");
    assertThat(far.asked("--ended")).isZero();

    far.answers = false;
    assertThat(follow(new StopVerb(session()), id, "--wait")).isEqualTo(Exit.NO_ANSWER);
  }

  @Test
  void shouldShowEachEventOfTheTaskOnceThoughItIsReadAndPublished() {
    remote.run("comment", id, "hello");
    far.then(1, id, () -> {})
        .then(2, id, () -> {})
        .then(3, "t_other", () -> {})
        .then(4, id, () -> {});

    assertThat(follow(new TailVerb(session()), id)).isZero();
    assertThat(out.toString().lines().map(line -> line.split("  ")[1]))
        .containsExactly("created", "commented", "spoken");
  }

  @Test
  void shouldShowWhatIsWrittenToALogAfterItsTail() throws IOException {
    Path log = directory.resolve("remote/kanban/logs/" + id + ".log");
    Files.createDirectories(log.getParent());
    Files.writeString(log, "first\nsecond\n");
    far.then(1, "t_other", () -> write(log, "third \u00e4\n"));
    far.then(2, "t_other", this::timePasses).then(3, "t_other", () -> {});

    assertThat(follow(new LogVerb(session()), id, "-f", "--tail", "8")).isZero();
    assertThat(out.toString()).isEqualTo("second\nthird \u00e4\n");
    assertThat(follow(new LogVerb(session()), "t_nope", "-f")).isEqualTo(1);
    assertThat(err.toString()).contains("There is no log");
  }

  private static void write(Path log, String text) {
    try {
      Files.writeString(log, text, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void shouldEndTailWithWhatTheBoardSays() {
    assertThat(follow(new TailVerb(session()), "t_nope")).isEqualTo(1);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).contains("t_nope");
  }
}
