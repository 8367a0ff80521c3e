package dev.talaria.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.talaria.cli.CliRig;
import dev.talaria.cli.Session;
import dev.talaria.cli.verb.Configuration;
import dev.talaria.dispatcher.BoardFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AutoDecomposeTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration NEVER = Duration.ofHours(1);

  @TempDir
  Path home;

  private CliRig cli;

  @BeforeEach
  void aHome() throws IOException {
    Files.createDirectories(home.resolve("work"));
    cli = new CliRig(home);
    assertThat(cli.run("boards", "create", "web").exit()).isZero();
  }

  private void model(String script) throws IOException {
    Path file = Files.writeString(home.resolve("model"), "#!/bin/sh\n" + script);
    assertThat(file.toFile().setExecutable(true)).isTrue();
    cli.with("TALARIA_TRIAGE_COMMAND", file.toString());
  }

  private AutoDecompose over(int perTick, Duration pause, String... slugs) {
    var nowhere = new PrintWriter(new StringWriter());
    var session = new Session(cli.surroundings(nowhere, nowhere));
    var boards = new Boards(session.home(), session.boardOptions());
    List<BoardFile> files = new ArrayList<>();
    for (String slug : slugs) {
      files.add(boards.file(session.home().location(slug), "alpha", true));
    }
    return new AutoDecompose(
        files, session.boardOptions(), Configuration.of(session)::planner, perTick, pause);
  }

  @Test
  void shouldDivideAFewIdeasOverAllBoardsAtEachTick() throws IOException {
    model("""
        cat >/dev/null
        echo '{"fanout": true, "tasks": [{"title": "look"}, {"title": "write", "parents": [0]}]}'
        """);
    String first = cli.create("one", "--triage", "--priority", "2");
    String second = cli.create("two", "--triage", "--priority", "1");
    String late = cli.create("three", "--triage");
    assertThat(cli.run("--board", "web", "create", "four", "--triage").exit()).isZero();

    try (AutoDecompose once = over(2, NEVER, "default", "web")) {
      once.start(Duration.ZERO);
      await().atMost(SOON).until(() -> cli.status(second).equals("todo"));
    }
    assertThat(cli.status(first)).isEqualTo("todo");
    assertThat(cli.status(late)).as("the tick was used up").isEqualTo("triage");
    assertThat(cli.run("show", first, "--json").json().at("/comments/0/author").asText())
        .isEqualTo("auto-decomposer");

    try (AutoDecompose often = over(1, Duration.ofMillis(10), "default", "web")) {
      often.start(Duration.ZERO);
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(
                  cli.run("--board", "web", "list", "--status", "triage").out())
              .doesNotContain("four"));
      await().atMost(SOON).until(() -> cli.status(late).equals("todo"));
    }
  }

  @Test
  void shouldEndWhatRunsAndLeaveTheIdeaAsItIsWhenItStops() throws IOException {
    model("""
        sleep 300 &
        echo $! >"$(dirname "$0")/started"
        wait
        """);
    String idea = cli.create("one", "--triage");
    Path started = home.resolve("started");
    AutoDecompose ideas = over(3, NEVER, "default");
    ideas.start(Duration.ZERO);
    await().atMost(SOON).until(() -> Files.exists(started) && Files.size(started) > 1);
    long pid = Long.parseLong(Files.readString(started).strip());
    assertThat(ProcessHandle.of(pid)).isPresent();

    long before = System.nanoTime();
    ideas.close();

    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(4));
    await()
        .atMost(SOON)
        .until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    assertThat(cli.status(idea)).isEqualTo("triage");
    assertThat(attempts()).as("it was not the idea's fault").isZero();
  }

  @Test
  void shouldGoOnWithTheOtherBoardsWhenOneCannotBeUsedOrTheModelFails() throws IOException {
    model("""
        case "$(cat)" in
          *good*) echo '{"fanout": false, "title": "a good one", "body": "b"}' ;;
          *) echo "no such model" >&2; exit 3 ;;
        esac
        """);
    Path broken = home.resolve("kanban").resolve("boards").resolve("broken");
    Files.createDirectories(broken);
    Files.writeString(broken.resolve("kanban.db"), "this is no database, and long enough to tell");
    String bad = cli.create("bad", "--triage", "--priority", "1");
    String good = cli.create("good", "--triage");

    try (AutoDecompose ideas = over(3, NEVER, "broken", "default")) {
      ideas.start(Duration.ZERO);
      await()
          .atMost(SOON)
          .until(() -> cli.status(good).equals("ready") || cli.status(good).equals("todo"));
    }

    assertThat(cli.status(bad)).isEqualTo("triage");
    assertThat(attempts()).as("it waits for its next try").isEqualTo(1);
  }

  private long attempts() {
    return cli.onBoard(tx -> tx.number("SELECT count(*) AS n FROM talaria_triage_attempts"));
  }
}
