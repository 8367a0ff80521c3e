package dev.talaria.launcher.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.TaskIds;
import dev.talaria.board.slice.BoardSlice;
import dev.talaria.board.task.Comments;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Skills;
import dev.talaria.board.task.TaskCreation;
import dev.talaria.board.text.BoardJson;
import dev.talaria.board.transition.ClaimResult;
import dev.talaria.board.transition.Claims;
import dev.talaria.launcher.api.Report;
import dev.talaria.launcher.api.ReportDesk;
import dev.talaria.launcher.rundir.BoardAnswer;
import dev.talaria.launcher.rundir.RunDirectories;
import dev.talaria.launcher.rundir.RunDirectory;
import dev.talaria.protocol.id.RunKey;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** hermes's tools, played by Python's sqlite3 in a process of its own, on the shadow board that a launcher made. */
class ShadowBoardsTest {
  @TempDir
  Path home;

  private final BoardOptions options =
      new BoardOptions(InstantSource.system(), TaskIds.random(new Random(3)), 5_000);
  private final List<Report> sent = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final ReportDesk desk = new ReportDesk(sent::add);
  private ShadowBoards shadows =
      new ShadowBoards(InstantSource.system(), desk, (run, text) -> notes.add(text));
  private RunKey run;
  private RunDirectory directory;
  private Path file;

  /** A task of another host's board, granted to this one. */
  private void grant(String title) throws Exception {
    try (Board board = Board.openOrCreate(home.resolve("alpha.db"), options)) {
      var creation = new TaskCreation(Skills.hermesToolsets(), null);
      String task = board.write(
          tx -> creation.create(tx, NewTask.titled(title).withAssignee("coder")).taskId());
      board.write(tx -> Comments.add(tx, task, "ann", "mind the gap"));
      ClaimResult claim = board.write(tx -> Claims.claim(tx, task, "beta:1:main", 900));
      run = RunKey.parse(
          "alpha/default#%s#%d".formatted(task, ((ClaimResult.Granted) claim).runId()));
      ObjectNode slice = board.read(tx -> BoardSlice.of(tx, task)).orElseThrow();
      directory =
          RunDirectories.open(home.resolve("runs")).create(run, new byte[0]).orElseThrow();
      desk.open(directory);
      file = shadows.make(directory, slice, home.resolve("workspace"));
    }
  }

  private void work() throws Exception {
    Path script = Path.of("src/test/resources/hermes_tools.py").toAbsolutePath();
    var builder = new ProcessBuilder("python3", script.toString()).redirectErrorStream(true);
    builder.environment().keySet().retainAll(List.of("PATH", "HOME", "LANG"));
    builder
        .environment()
        .putAll(Map.of(
            "HERMES_KANBAN_DB",
            file.toString(),
            "HERMES_KANBAN_TASK",
            run.taskId(),
            "HERMES_KANBAN_RUN_ID",
            Long.toString(run.runId()),
            "HERMES_KANBAN_CLAIM_LOCK",
            "beta:1:main",
            "HERMES_PROFILE",
            "coder",
            "PYTHONIOENCODING",
            "utf-8"));
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    assertThat(output).contains("after ['mind the gap']");
  }

  private void answer(Report report, ObjectNode data) throws Exception {
    desk.answered(report.commandId(), BoardAnswer.done(data));
  }

  private List<String> verbs() {
    return sent.stream().map(Report::verb).toList();
  }

  /** The board makes every task under the wanted id. */
  private void answerCreates() throws Exception {
    for (Report report : List.copyOf(sent)) {
      if (report.verb().equals("create")) {
        answer(
            report, BoardJson.object().put("task_id", report.body().path("id").asText()));
      }
    }
  }

  private void tellAll() throws Exception {
    for (int i = 0; i < 5; i++) {
      shadows.tell(run);
      answerCreates();
    }
  }

  @Test
  void shouldSayInOrderWhatTheToolsWrote() throws Exception {
    grant("complete it");
    work();

    tellAll();

    assertThat(verbs())
        .containsExactly("heartbeat", "comment", "create", "create", "comment", "link", "complete");
    assertThat(sent.get(0).body()).isEqualTo(BoardJson.object().put("note", "half of it"));
    assertThat(sent.get(1).body())
        .isEqualTo(BoardJson.object().put("task_id", run.taskId()).put("body", "found it 👍"));
    String first = sent.get(2).body().path("id").asText();
    String second = sent.get(3).body().path("id").asText();
    assertThat(sent.get(2).body().path("title").asText()).isEqualTo("follow up");
    assertThat(sent.get(3).body().path("parents").toString()).isEqualTo("[\"" + first + "\"]");
    assertThat(sent.get(4).body().path("task_id").asText()).isEqualTo(second);
    assertThat(sent.get(5).body().path("child_id").asText()).isEqualTo(first);
    ObjectNode complete = sent.get(6).body();
    assertThat(complete.path("summary").asText()).isEqualTo("all done");
    assertThat(complete.path("metadata").path("files").asInt()).isEqualTo(3);
    assertThat(complete.path("created_cards").toString())
        .isEqualTo("[\"%s\",\"%s\"]".formatted(first, second));
    assertThat(notes).isEmpty();
  }

  @Test
  void shouldWaitForTheIdThatTheBoardGivesAndUseIt() throws Exception {
    grant("complete it");
    work();
    shadows.tell(run);
    assertThat(verbs())
        .as("the second names the first")
        .containsExactly("heartbeat", "comment", "create");

    answer(sent.get(2), BoardJson.object().put("task_id", "t_00000001"));
    tellAll();

    assertThat(sent.get(3).body().path("parents").toString()).isEqualTo("[\"t_00000001\"]");
    assertThat(sent.get(5).body().path("child_id").asText()).isEqualTo("t_00000001");
    assertThat(sent.get(6).body().path("created_cards").get(0).asText()).isEqualTo("t_00000001");
  }

  @Test
  void shouldSayEachThingOnceWhenTheLauncherStartsAnew() throws Exception {
    grant("complete it");
    work();
    shadows.tell(run);
    shadows.close();
    var later = new ArrayList<Report>();
    var anew = new ReportDesk(later::add);
    anew.open(directory);
    shadows = new ShadowBoards(InstantSource.system(), anew, (of, text) -> notes.add(text));
    shadows.adopt(directory);

    for (int i = 0; i < 5; i++) {
      shadows.tell(run);
      for (Report report : List.copyOf(i == 0 ? sent : later)) {
        if (report.verb().equals("create")) {
          anew.answered(
              report.commandId(),
              BoardAnswer.done(
                  BoardJson.object().put("task_id", report.body().path("id").asText())));
        }
      }
    }

    assertThat(verbs()).containsExactly("heartbeat", "comment", "create");
    assertThat(later.stream().map(Report::verb))
        .containsExactly("create", "comment", "link", "complete");
  }

  @Test
  void shouldSayThatTheTaskIsBlocked() throws Exception {
    grant("block it");
    work();
    tellAll();

    assertThat(verbs()).containsExactly("comment", "block");
    assertThat(sent.get(1).body()).isEqualTo(BoardJson.object().put("reason", "which one?"));
  }

  @Test
  void shouldTellTheWorkerWhatCannotBeCarriedOver() throws Exception {
    grant("other things");
    work();
    try (Board board = Board.open(file, options)) {
      board.change(tx -> tx.update(
          "INSERT INTO task_events (task_id, kind, created_at) VALUES (?, 'archived', 1)",
          run.taskId()));
    }
    shadows.tell(run);
    shadows.tell(run);

    assertThat(notes).singleElement().asString().contains("'archived' of task " + run.taskId());
    assertThat(sent).isEmpty();
  }
}
