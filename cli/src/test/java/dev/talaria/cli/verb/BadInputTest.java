package dev.talaria.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.Tx;
import dev.talaria.board.transition.Claims;
import dev.talaria.cli.CliRig;
import dev.talaria.cli.Exit;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What makes no sense: a clear refusal, the right exit code, and a board as it was. */
class BadInputTest {
  /** Verbs about one task; ID stands for it. */
  private static final List<List<String>> VERBS = List.of(
      List.of("show", "ID"),
      List.of("tail", "ID"),
      List.of("context", "ID"),
      List.of("log", "ID"),
      List.of("complete", "ID"),
      List.of("edit", "ID", "--result", "r"),
      List.of("block", "ID", "why"),
      List.of("schedule", "ID", "why", "--at", "+1h"),
      List.of("unblock", "ID"),
      List.of("promote", "ID"),
      List.of("promote", "ID", "--force"),
      List.of("review", "ID"),
      List.of("claim", "ID"),
      List.of("claim", "ID", "--review"),
      List.of("heartbeat", "ID"),
      List.of("comment", "ID", "text"),
      List.of("assign", "ID", "coder"),
      List.of("reassign", "ID", "coder", "--reclaim"),
      List.of("reclaim", "ID"),
      List.of("set", "ID", "--status", "todo", "--title", "x"),
      List.of("archive", "ID"),
      List.of("archive", "--rm", "ID"),
      List.of("link", "ID", "ID"),
      List.of("unlink", "ID", "ID"),
      List.of("create", "title", "--parent", "ID"));

  private static final List<String> IDS = List.of(
      "t_00000000",
      "",
      " ",
      "../../etc/passwd",
      "t_1\0",
      "t_\u001b[31m",
      "' OR '1'='1",
      "\uD83E",
      "日本",
      "%",
      "x".repeat(100_000));

  @TempDir
  Path home;

  private CliRig cli;

  @BeforeEach
  void rig() {
    cli = new CliRig(home);
    String parent = cli.create("parent", "--assignee", "coder");
    cli.create("child", "--parent", parent);
    cli.onBoard(tx -> Claims.claim(tx, parent, "elsewhere:1", 900));
  }

  static Stream<List<String>> verbs() {
    return VERBS.stream();
  }

  @ParameterizedTest
  @MethodSource("verbs")
  void shouldRefuseATaskThatIsNotThere(List<String> verb) {
    List<String> before = content();
    for (String id : IDS) {
      if (id.isEmpty() && verb.contains("--parent")) {
        continue; // an empty parent is none, as in hermes
      }
      List<String> args = verb.stream().map(arg -> arg.equals("ID") ? id : arg).toList();

      CliRig.Result result = cli.run(args.toArray(new String[0]));

      assertThat(result.exit()).as("%s of '%.20s'", verb, id).isEqualTo(Exit.FAILED);
      assertThat(result.out()).isEmpty();
      assertThat(result.err())
          .as("%s of '%.20s'", verb, id)
          .isNotBlank()
          .doesNotContain("Unexpected", "\u001b", "\0");
      assertThat(result.err().length()).as("%s of '%.20s'", verb, id).isLessThan(2_000);
    }
    assertThat(content()).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("verbs")
  void shouldTakeNoOptionForATask(List<String> verb) {
    List<String> before = content();
    List<String> args =
        verb.stream().map(arg -> arg.equals("ID") ? "--t_1" : arg).toList();

    CliRig.Result result = cli.run(args.toArray(new String[0]));

    assertThat(result.exit()).as(result.err()).isBetween(Exit.FAILED, Exit.USAGE);
    assertThat(result.err()).contains("--t_1");
    assertThat(content()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({
    "complete, todo scheduled triage review done archived",
    "edit --result r, todo ready running blocked scheduled triage review archived",
    "block, todo blocked scheduled triage review done archived",
    "schedule, scheduled triage review done archived",
    "unblock, todo ready running triage review done archived",
    "promote --force, ready running scheduled triage review done archived",
    "review, todo blocked scheduled triage review done archived",
    "claim, todo running blocked scheduled triage review done archived",
    "claim --review, todo ready running blocked scheduled triage done archived",
    "heartbeat, todo ready blocked scheduled triage review done archived",
    "reclaim, todo ready blocked scheduled triage review done archived",
    "archive, archived",
    "archive --rm, todo ready running blocked scheduled triage review done",
    "assign coder, running",
    "reassign coder, running"
  })
  void shouldRefuseAStatusThatAllowsItNot(String verb, String statuses) {
    String id = cli.create("task");
    List<String> words = new ArrayList<>(Arrays.asList(verb.split(" ", -1)));
    boolean before = verb.startsWith("assign") || verb.startsWith("reassign");
    words.add(before ? 1 : words.size(), id);
    for (String status : statuses.split(" ", -1)) {
      String lock = status.equals("running") ? "elsewhere:1" : null;
      cli.onBoard(tx ->
          tx.update("UPDATE tasks SET status = ?, claim_lock = ? WHERE id = ?", status, lock, id));
      List<String> content = content();

      CliRig.Result result = cli.run(words.toArray(new String[0]));

      assertThat(result.exit()).as("%s of a %s task", verb, status).isEqualTo(Exit.FAILED);
      assertThat(result.err())
          .as(status)
          .contains(id, "running".equals(status) ? status : "it is '" + status + "'");
      assertThat(content()).as("%s of a %s task", verb, status).isEqualTo(content);
    }
  }

  @Test
  void shouldKeepBinaryAndHugeTexts() {
    String id = cli.create("task");
    String binary = "a\0b\u0001\u001b\uFFFF🚀";
    String huge = "日".repeat(1_500_000);

    assertThat(cli.run("comment", id, binary).exit()).isZero();
    assertThat(cli.run("schedule", id, binary).exit()).isZero();
    assertThat(cli.run("unblock", id).exit()).isZero();
    assertThat(cli.run("review", id, huge).exit()).isZero();
    assertThat(cli.run("set", id, "--status", "ready", "--body", huge).exit()).isZero();
    assertThat(cli.run("complete", id, "--summary", binary, "--result", huge).exit())
        .isZero();
    assertThat(cli.run("edit", id, "--result", binary).exit()).isZero();

    var shown = cli.run("show", id, "--json").json();
    assertThat(shown.at("/comments/0/body").asText()).isEqualTo(binary);
    assertThat(shown.at("/comments/1/body").asText()).isEqualTo("SCHEDULED: " + binary);
    assertThat(shown.at("/task/result").asText()).isEqualTo(binary);
    assertThat(shown.at("/task/body").asText()).isEqualTo(huge);
    assertThat(shown.at("/runs/1/summary").asText()).isEqualTo(huge);
    assertThat(cli.run("show", id).out()).doesNotContain("\u001b", "\0");
    assertThat(cli.run("context", id).out()).contains("[truncated,");
  }

  @Test
  void shouldTakeTextsThatBeginWithADash() {
    String id = cli.create("task");
    assertThat(cli.run("block", id, "--", "-x", "--y").exit()).isZero();
    assertThat(cli.run("show", id, "--json").json().at("/comments/0/body").asText())
        .isEqualTo("BLOCKED: -x --y");
  }

  /** Every row of every table. */
  private List<String> content() {
    return cli.onBoard(tx -> {
      List<String> rows = new ArrayList<>();
      for (String table : tables(tx)) {
        rows.addAll(tx.list(
            "SELECT * FROM \"" + table + "\"",
            row ->
                table + row.columns().stream().map(c -> c + "=" + row.value(c)).toList()));
      }
      return rows;
    });
  }

  private static List<String> tables(Tx tx) {
    return tx.list(
        "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
        row -> row.requireText("name"));
  }
}
