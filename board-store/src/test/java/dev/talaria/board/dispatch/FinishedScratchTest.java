package dev.talaria.board.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.BoardTest;
import dev.talaria.board.dispatch.FinishedScratch.Leftover;
import dev.talaria.board.task.Assignments;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.transition.Claims;
import dev.talaria.board.transition.Completion;
import dev.talaria.board.transition.Completions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FinishedScratchTest extends BoardTest {
  private final FakeHost host = new FakeHost();

  @BeforeEach
  void startToWatch() {
    fixture.board.change(FinishedScratch::note);
  }

  private List<Leftover> due() {
    fixture.board.change(FinishedScratch::note);
    return fixture.board.read(tx -> FinishedScratch.due(tx, 10));
  }

  private void work(String id, long pid) {
    fixture.claim(id);
    fixture.board.change(tx -> {
      Assignments.setWorkspacePath(tx, id, "/w/" + id);
      Claims.setWorkerPid(tx, id, pid);
    });
    host.alive.put(pid, "born");
  }

  private void complete(String id) {
    fixture.board.write(
        tx -> new Completions(fixture.recompute).complete(tx, id, Completion.empty()));
  }

  @Test
  void shouldLetAWorkspaceGoOnceItsWorkerIsGoneAndNotifiersHadTheirMinute() {
    String id = fixture.ready("t");
    work(id, 5);
    complete(id);
    fixture.pass(FinishedScratch.KEPT_SECONDS - 1);
    assertThat(due()).isEmpty();
    fixture.pass(1);

    assertThat(due()).singleElement().satisfies(leftover -> {
      assertThat(leftover.workspace()).hasToString("/w/" + id);
      assertThat(leftover.isAbandoned(host)).as("its worker still writes").isFalse();
      host.alive.remove(5L);
      assertThat(leftover.isAbandoned(host)).isTrue();
    });
    fixture.board.change(tx -> FinishedScratch.forget(tx, id));
    assertThat(due()).isEmpty();
  }

  @Test
  void shouldLeaveOtherKindsReopenedTasksAndLaunchersWorkAlone() {
    String kept =
        fixture.create(NewTask.titled("d").withAssignee("coder").withWorkspace("dir", "/d", null));
    String reopened = fixture.ready("r");
    String launchers = fixture.ready("l");
    work(kept, 5);
    complete(kept);
    work(reopened, 6);
    complete(reopened);
    fixture.board.change(tx -> {
      Assignments.setWorkspacePath(tx, launchers, "/w/l");
      GrantClaims.claimForLauncher(tx, launchers, "h:1", 60, "h/launcher/main", 1, "i", 9);
    });
    complete(launchers);
    fixture.board.change(
        tx -> tx.update("UPDATE tasks SET status = 'ready' WHERE id = ?", reopened));
    fixture.pass(FinishedScratch.KEPT_SECONDS);

    assertThat(due()).isEmpty();
  }
}
