package dev.talaria.board.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.BoardFixture;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files are exchanged with hermes, so names, types and defaults are written out here once more. */
class SchemaTest {
  @TempDir
  Path directory;

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', textBlock = """
          tasks | id TEXT pk1,title TEXT notnull,body TEXT,assignee TEXT,status TEXT notnull,priority INTEGER =0,created_by TEXT,created_at INTEGER notnull,started_at INTEGER,completed_at INTEGER,workspace_kind TEXT notnull ='scratch',workspace_path TEXT,branch_name TEXT,claim_lock TEXT,claim_expires INTEGER,tenant TEXT,result TEXT,idempotency_key TEXT,consecutive_failures INTEGER notnull =0,worker_pid INTEGER,last_failure_error TEXT,max_runtime_seconds INTEGER,last_heartbeat_at INTEGER,current_run_id INTEGER,workflow_template_id TEXT,current_step_key TEXT,skills TEXT,model_override TEXT,max_retries INTEGER,session_id TEXT
          task_links | parent_id TEXT notnull pk1,child_id TEXT notnull pk2
          task_comments | id INTEGER pk1,task_id TEXT notnull,author TEXT notnull,body TEXT notnull,created_at INTEGER notnull
          task_events | id INTEGER pk1,task_id TEXT notnull,run_id INTEGER,kind TEXT notnull,payload TEXT,created_at INTEGER notnull
          task_runs | id INTEGER pk1,task_id TEXT notnull,profile TEXT,step_key TEXT,status TEXT notnull,claim_lock TEXT,claim_expires INTEGER,worker_pid INTEGER,max_runtime_seconds INTEGER,last_heartbeat_at INTEGER,started_at INTEGER notnull,ended_at INTEGER,outcome TEXT,summary TEXT,metadata TEXT,error TEXT
          kanban_notify_subs | task_id TEXT notnull pk1,platform TEXT notnull pk2,chat_id TEXT notnull pk3,thread_id TEXT notnull ='' pk4,user_id TEXT,notifier_profile TEXT,created_at INTEGER notnull,last_event_id INTEGER notnull =0
          """, quoteCharacter = '"')
  void shouldHaveTheColumnsOfHermes(String table, String columns) {
    try (var fixture = new BoardFixture(directory)) {
      List<String> found = fixture.board.read(tx -> tx.list(
          "SELECT * FROM pragma_table_info(?)",
          row -> row.text("name")
              + " "
              + row.text("type")
              + (row.number("notnull") == 1 ? " notnull" : "")
              + (row.text("dflt_value") == null ? "" : " =" + row.text("dflt_value"))
              + (row.number("pk") > 0 ? " pk" + row.number("pk") : ""),
          table));
      assertThat(String.join(",", found)).isEqualTo(columns);
    }
  }

  @Test
  void shouldHaveTheIndexesOfHermesAndOnlyOwnOnesBeside() {
    try (var fixture = new BoardFixture(directory)) {
      List<String> found = fixture.board.read(tx -> tx.list("""
                      SELECT m.name || '(' || group_concat(i.name, ',') || ')' AS n
                        FROM sqlite_master m, pragma_index_info(m.name) i
                       WHERE m.type = 'index' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'talaria_%'
                       GROUP BY m.name
                      """, row -> row.text("n")));
      assertThat(found)
          .containsExactlyInAnyOrder(
              "idx_tasks_assignee_status(assignee,status)",
              "idx_tasks_status(status)",
              "idx_tasks_tenant(tenant)",
              "idx_tasks_idempotency(idempotency_key)",
              "idx_tasks_session_id(session_id)",
              "idx_links_child(child_id)",
              "idx_links_parent(parent_id)",
              "idx_comments_task(task_id,created_at)",
              "idx_events_task(task_id,created_at)",
              "idx_events_run(run_id,id)",
              "idx_runs_task(task_id,started_at)",
              "idx_runs_status(status)",
              "idx_notify_task(task_id)");
    }
  }

  @Test
  void shouldLeaveVersionNumbersAndTriggersAlone() {
    try (var fixture = new BoardFixture(directory)) {
      assertThat(number(fixture, "SELECT user_version AS n FROM pragma_user_version"))
          .isZero();
      assertThat(number(fixture, "SELECT application_id AS n FROM pragma_application_id"))
          .isZero();
      assertThat(number(fixture, "SELECT count(*) AS n FROM sqlite_master WHERE type = 'trigger'"))
          .isZero();
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "journal_mode, wal",
    "synchronous, 2",
    "wal_autocheckpoint, 100",
    "foreign_keys, 1",
    "secure_delete, 1",
    "cell_size_check, 1",
    "mmap_size, 4096"
  })
  void shouldSetThePragmasOnEachConnection(String pragma, String value) {
    try (var fixture = new BoardFixture(directory)) {
      List<String> found = fixture.board.read(tx -> tx.list(
          "PRAGMA " + pragma, row -> String.valueOf(row.value(row.columns().get(0)))));
      assertThat(found).containsExactly(value);
    }
  }

  private static long number(BoardFixture fixture, String sql) {
    Long n = fixture.board.read(tx -> tx.number(sql));
    return n;
  }
}
