package dev.talaria.cli.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.audit.BoardAudit;
import dev.talaria.board.task.Tasks;
import dev.talaria.cli.CliRig;
import dev.talaria.cli.LocalVerbs;
import dev.talaria.cli.Reach;
import dev.talaria.cli.Terminal;
import dev.talaria.protocol.message.BoardCommand.Verb;
import dev.talaria.protocol.message.Reply.VerbDone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Verbs of other hosts on this one: as if they had been typed here, and once. */
class HostVerbsTest {
  /**
   * Each verb that other hosts may use, with {@code $1} for the first task, and so on. What a completed task leaves on disk
   * is the dispatcher's to remove, so nothing looks for that after the completion.
   */
  private static final String[] LINES = {
    "init",
    "gc --dry-run",
    "gc",
    "create First --assignee coder --priority 3 --json",
    "create Second --body text --created-by ann --max-retries 2",
    "create Third --triage",
    "create Fourth --workspace dir:$HOME/place",
    "create Bad --max-retries 0",
    "create --nope",
    "create Usage --help",
    "list",
    "list --json --limit 2",
    "ls --status nope",
    "show $1",
    "show $1 --json",
    "show t_nope",
    "why $1",
    "why",
    "why --json",
    "comment $1 Please look --author bob",
    "comment t_nope x",
    "claim $1",
    "claim $1 --json",
    "heartbeat $1 --note half",
    "runs $1",
    "context $1",
    "block $1 waits",
    "unblock $1",
    "link $1 $2",
    "link $2 $1",
    "unlink $1 $2",
    "assign $2 tester",
    "reassign $2 coder",
    "reassign $2 tester --reclaim",
    "reclaim $2",
    "set $2 --title Renamed --priority 9 --require gpu=true",
    "set $2 --no-require gpu",
    "claim $2",
    "stop $2 --reason wrong repository",
    "stop $2",
    "unblock $2",
    "schedule $2 --at 2026-02-01T10:00",
    "unblock $2",
    "promote $3",
    "accept $1 --show",
    "accept t_nope 99 --json",
    "complete $1 $2 t_nope",
    "complete $1 --summary again",
    "edit $1 --result better",
    "review $4",
    "archive $1 t_nope",
    "swarm Goal --worker coder:build --verifier tester --synthesizer writer",
    "stats",
    "stats --json",
    "assignees",
    "diagnostics",
    "notify-subscribe $2 --platform telegram --chat-id 7",
    "notify-list",
    "notify-unsubscribe $2 --platform telegram --chat-id 7",
    "blackboard $2 key 3",
    "close-incident nope",
    "log $2",
    "log $2 --page-from 0",
    "specify $3",
    "decompose --all",
    "list --archived --sort title",
    "tail $1 --page-after 2",
    "tail t_nope --page-after 0",
    "stop $2 --ended",
    "boards",
    "boards create docs --name Docs --default-workdir $HOME/place",
    "boards create docs --icon D",
    "boards rename docs Handbook",
    "boards list --json",
    "boards show",
    "boards show docs --json",
    "boards set-default-workdir docs",
    "boards show docs",
    "boards create Not~a~slug",
    "boards rm docs",
    "boards rm docs",
    "boards create old",
    "boards delete old",
    "boards rm default",
    "boards ls --all",
  };

  @TempDir
  Path directory;

  private RemoteRig remote;

  @BeforeEach
  void open() throws IOException {
    remote = new RemoteRig(Files.createDirectory(directory.resolve("remote")));
  }

  @AfterEach
  void close() {
    remote.close();
  }

  @ParameterizedTest(name = "terminal: {0}")
  @ValueSource(booleans = {false, true})
  void shouldSayExactlyWhatIsSaidOnTheBoardsOwnHost(boolean interactive) throws IOException {
    Path home = Files.createDirectory(directory.resolve("local"));
    Terminal terminal = interactive ? new Terminal(true, 90, true) : Terminal.none();
    var local = new CliRig(home).on(terminal);
    remote.on(terminal);
    local.run("init");

    for (String line : LINES) {
      CliRig.Result here = local.run(words(line, home, local));
      CliRig.Result there = remote.run(words(line, directory.resolve("remote"), local));
      assertThat(shown(there, directory.resolve("remote"))).as(line).isEqualTo(shown(here, home));
    }
    assertThat(remote.<List<String>>read(BoardAudit::violations)).isEmpty();
  }

  @Test
  void shouldHaveALineOfEachVerbThatOtherHostsMayUse() {
    Set<LocalVerbs> asked = Arrays.stream(LINES)
        .map(line -> LocalVerbs.named(line.split(" ", 2)[0]).orElseThrow())
        .collect(Collectors.toSet());

    for (LocalVerbs verb : LocalVerbs.values()) {
      Reach reach = Reach.of(verb, List.of(verb.verb()));
      switch (reach.way()) {
        case HERE -> assertThat(asked).doesNotContain(verb);
        case FOLLOWS -> {} // on the asking host
        default -> assertThat(asked).as("a line above").contains(verb);
      }
    }
  }

  /** Both boards hand out the same ids. */
  private static String[] words(String line, Path home, CliRig local) {
    String text = line.replace("$HOME", home.toString());
    if (text.contains("$")) {
      List<String> ids = local.onBoard(
          tx -> tx.list("SELECT id FROM tasks ORDER BY rowid", row -> row.requireText("id")));
      for (int i = 0; i < Math.min(9, ids.size()); i++) {
        text = text.replace("$" + (i + 1), ids.get(i));
      }
    }
    return text.split(" ");
  }

  private static String shown(CliRig.Result result, Path home) {
    return "%d%n%s%n%s"
        .formatted(result.exit(), result.out(), result.err())
        .replace(home.toString(), "HOME");
  }

  private long count(String table) {
    return remote.read(tx -> tx.number("SELECT count(*) AS n FROM " + table));
  }

  @Test
  void shouldActOnceAndAnswerTheSameThoughTheAnswerWasLost() {
    Verb create = remote.verb("once-0001", "create", "Only once", "--json");

    VerbDone lost = (VerbDone) remote.commit(create).replies().get(0);
    VerbDone again = remote.restart().ask(create);

    assertThat(again).isEqualTo(lost);
    assertThat(again.out()).contains("Only once");
    assertThat(count("tasks")).isEqualTo(1);
  }

  @Test
  void shouldLeaveNothingOfATransactionThatWasUndone() {
    Verb create = remote.verb("once-0002", "create", "Later");

    remote.undone(create);

    assertThat(count("tasks") + count("talaria_commands")).isZero();
    assertThat(remote.ask(create).exit()).isZero();
    assertThat(count("tasks")).isEqualTo(1);
  }

  @Test
  void shouldKeepWhatSucceededOfAVerbOnSeveralTasks() {
    String a = remote.run("create", "a", "--json").json().get("id").asText();
    String b = remote.run("create", "b", "--json").json().get("id").asText();
    Verb complete = remote.verb("bulk-0001", "complete", a, "t_nope", b);

    VerbDone done = remote.ask(complete);

    assertThat(done.exit()).isEqualTo(1);
    assertThat(done.out()).isEqualTo("Completed %s%nCompleted %s%n".formatted(a, b));
    assertThat(done.err()).contains("t_nope");
    assertThat(remote.ask(complete)).isEqualTo(done);
    for (String id : List.of(a, b)) {
      assertThat(remote.<String>read(tx -> Tasks.find(tx, id).orElseThrow().status()))
          .isEqualTo("done");
    }
  }

  @Test
  void shouldRefuseAnIdThatBelongsToAnotherCommand() {
    remote.ask(remote.verb("mine-0001", "create", "a"));

    VerbDone other = remote.ask(remote.verb("mine-0001", "create", "b"));

    assertThat(other.exit()).isEqualTo(1);
    assertThat(other.err()).contains("belongs to another command");
    assertThat(count("tasks")).isEqualTo(1);
  }

  @Test
  void shouldRefuseWhatHasExpiredButStillAnswerWhatWasDoneBefore() {
    long past = CliRig.NOW.toEpochMilli() - 1;
    VerbDone late = remote.ask(remote.verb("late-0001", past, Map.of(), "create", "late"));
    assertThat(late.exit()).isEqualTo(1);
    assertThat(late.err()).contains("was not carried out", "clocks");
    assertThat(count("tasks")).isZero();

    VerbDone done = remote.ask(remote.verb("late-0002", "create", "in time"));
    assertThat(remote.ask(remote.verb("late-0002", past, Map.of(), "create", "in time")))
        .isEqualTo(done);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "up",
        "pause --this-board",
        "stop t_1 --wait",
        "tail t_1",
        "watch",
        "boards switch docs",
        "boards --host alpha use docs",
        "boards create docs --switch",
        "boards set-default-workdir default docs",
        "config",
        "version",
        "nope",
        "--board x"
      })
  void shouldRefuseWhatIsNotForOtherHosts(String line) {
    CliRig.Result result = remote.run(line.split(" "));

    assertThat(result.exit()).isNotZero();
    assertThat(result.err()).isNotBlank();
    assertThat(result.out()).isEmpty();
  }

  @Test
  void shouldShowTheBoardThatWasNamedAndTheCurrentOneOfAHost() throws IOException {
    remote.run("boards", "create", "docs");
    Files.writeString(directory.resolve("remote/kanban/current"), "docs\n");

    assertThat(remote.run("boards", "show").lines()[0]).isEqualTo("default");
    assertThat(remote.run("boards", "--host", "alpha", "show").lines()[0]).isEqualTo("docs");
    assertThat(remote.run("boards", "show", "--host", "alpha").lines()[0]).isEqualTo("docs");
  }

  @Test
  void shouldNotBeginTwiceWhatReachesBeyondTheBoard() {
    Verb gc = remote.verb("gc-000001", "gc");
    remote.commit(gc); // and the process ends before it has done so

    VerbDone again = remote.restart().ask(gc);

    assertThat(again.exit()).isEqualTo(75);
    assertThat(again.err()).contains("nobody knows how far it came");
    Verb whole = remote.verb("gc-000002", "gc");
    VerbDone done = remote.ask(whole);
    assertThat(done.exit()).as(done.err()).isZero();
    assertThat(remote.restart().ask(whole)).isEqualTo(done);
  }

  @Test
  void shouldSpeakForTheAskerAndNotForTheServingProcess() {
    remote
        .withServiceVariable("HERMES_PROFILE", "service")
        .withServiceVariable("HERMES_PROFILE_NAME", "service")
        .withServiceVariable("HERMES_KANBAN_DB", directory.resolve("other.db").toString())
        .withServiceVariable("HERMES_KANBAN_TASK", "t_other")
        .withServiceVariable("HERMES_KANBAN_CLAIM_TTL_SECONDS", "5");
    String id = remote.run("create", "a", "--json").json().get("id").asText();

    remote.run("comment", id, "hello");
    long expires = remote.run("claim", id, "--json").json().get("claim_expires").asLong();

    assertThat(remote.<String>read(tx -> Tasks.comments(tx, id).get(0).author()))
        .isEqualTo("user");
    assertThat(expires - CliRig.NOW.getEpochSecond()).isEqualTo(900);
    assertThat(directory.resolve("other.db")).doesNotExist();
  }

  @Test
  void shouldFenceAWorkerThatSpeaksFromAnotherHost() {
    String id = remote
        .run("create", "a", "--assignee", "coder", "--json")
        .json()
        .get("id")
        .asText();
    remote.run("claim", id);
    var stale = Map.of("HERMES_KANBAN_TASK", id, "HERMES_KANBAN_RUN_ID", "99", "HOME", "/nowhere");
    long later = CliRig.NOW.toEpochMilli() + 1_000;

    VerbDone refused = remote.ask(remote.verb("worker-01", later, stale, "complete", id));

    assertThat(refused.exit()).isEqualTo(1);
    assertThat(remote.<String>read(tx -> Tasks.find(tx, id).orElseThrow().status()))
        .isEqualTo("running");
  }

  @Test
  void shouldRefuseAPathThatMeansNothingHere() {
    CliRig.Result result = remote.run("create", "a", "--workspace", "dir:notes");

    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.err()).contains("'notes'", "absolute");
  }

  @Test
  void shouldRefuseToSendMoreThanThereIsRoomFor() {
    for (int i = 0; i < 5; i++) {
      remote.run("create", "large " + i, "--body", "x".repeat(900_000));
    }

    CliRig.Result all = remote.run("list", "--json");
    CliRig.Result some = remote.run("list", "--json", "--limit", "2");

    assertThat(all.exit()).isEqualTo(1);
    assertThat(all.out()).isEmpty();
    assertThat(all.err()).contains("larger than", "--limit");
    assertThat(some.exit()).isZero();
    assertThat(some.json()).hasSize(2);
  }

  @Test
  void shouldRefuseATimeZoneThatIsNotKnownHere() {
    Verb verb = remote.verb("zone-0001", "create", "a");
    var odd = new Verb(
        verb.commandId(),
        verb.asker(),
        verb.arguments(),
        verb.author(),
        Map.of(),
        true,
        Integer.MAX_VALUE,
        true,
        "Mars/Olympus",
        verb.expiresAt());

    VerbDone refused = remote.ask(odd);

    assertThat(refused.exit()).isEqualTo(2);
    assertThat(refused.err()).contains("Mars/Olympus");
    assertThat(count("tasks")).isZero();
  }
}
