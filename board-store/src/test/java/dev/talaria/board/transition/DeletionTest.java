package dev.talaria.board.transition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.BoardTest;
import dev.talaria.board.dispatch.GrantClaims;
import dev.talaria.board.dispatch.LauncherRuns;
import dev.talaria.board.dispatch.Waivers;
import dev.talaria.board.dispatch.WorkerProcesses;
import dev.talaria.board.task.Comments;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeletionTest extends BoardTest {
  private static final List<String> TABLES = List.of(
      "task_comments",
      "task_events",
      "task_runs",
      "kanban_notify_subs",
      "talaria_holds",
      "talaria_waivers",
      "talaria_schedules");

  @Test
  void shouldLeaveNothingBehindAndLetTheChildrenGo() {
    String parent = fixture.ready("p");
    String id = fixture.childOf(parent);
    String child = fixture.childOf(id);
    String bystander = fixture.ready("b");
    fixture.did(tx -> new Archives(fixture.recompute).archive(tx, parent));
    fixture.board.write(tx -> GrantClaims.claimForLauncher(tx, id, "h:1", 60, "l", 1, "i", 24));
    long run = fixture.task(id).currentRunId();
    fixture.board.change(tx -> {
      Comments.add(tx, id, "ann", "hello");
      Waivers.grant(tx, id, 3, "ann");
      WorkerProcesses.remember(tx, run, 4711, "it");
      tx.update(
          "INSERT INTO kanban_notify_subs (task_id, platform, chat_id, created_at) VALUES (?, 'p', 'c', 1)",
          id);
      tx.update(
          "INSERT INTO talaria_holds (task_id, run_id, reason, since) VALUES (?, 1, 'backoff', 1)",
          id);
      tx.update(
          "INSERT INTO talaria_schedules (task_id, at, set_at, event_id) VALUES (?, 1, 1, 1)", id);
    });

    assertThat(fixture.did(tx -> new Deletions(fixture.recompute).delete(tx, id)))
        .isTrue();

    for (String table : TABLES) {
      assertThat(count("SELECT count(*) AS n FROM " + table + " WHERE task_id = '" + id + "'"))
          .as(table)
          .isZero();
    }
    assertThat(count("SELECT count(*) AS n FROM task_links")).isZero();
    assertThat(count("SELECT count(*) AS n FROM talaria_processes")).isZero();
    assertThat(fixture.did(tx -> LauncherRuns.get(tx, run).isPresent())).isFalse();
    assertThat(fixture.status(child)).as("nothing holds it back").isEqualTo("ready");
    assertThat(fixture.kinds(bystander)).containsExactly("created");
    assertThat(fixture.did(tx -> new Deletions(fixture.recompute).delete(tx, id)))
        .isFalse();
  }

  @Test
  void shouldRemoveOnlyArchivedOnesWhereThatIsAsked() {
    String id = fixture.ready("t");
    var deletions = new Deletions(fixture.recompute);
    assertThat(fixture.did(tx -> deletions.deleteArchived(tx, id))).isFalse();
    fixture.did(tx -> new Archives(fixture.recompute).archive(tx, id));
    assertThat(fixture.did(tx -> deletions.deleteArchived(tx, id))).isTrue();
    assertThat(fixture.did(tx -> deletions.deleteArchived(tx, id))).isFalse();
  }

  @Test
  void shouldClearEveryTableOfOursThatNamesTasks() {
    String id = fixture.ready("t");
    fixture.board.change(tx -> {
      tx.update("CREATE TABLE \"talaria_later \"\"one\" (task_id TEXT)");
      tx.update("INSERT INTO \"talaria_later \"\"one\" VALUES (?)", id);
    });
    fixture.did(tx -> new Deletions(fixture.recompute).delete(tx, id));
    assertThat(count("SELECT count(*) AS n FROM \"talaria_later \"\"one\"")).isZero();
  }

  private long count(String sql) {
    return fixture.board.<Long>read(tx -> tx.number(sql));
  }
}
