package dev.talaria.board.gc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.BoardTest;
import dev.talaria.board.dispatch.GrantClaims;
import dev.talaria.board.event.EventKind;
import dev.talaria.board.home.BoardLocation;
import dev.talaria.board.home.ScratchRemoval;
import dev.talaria.board.schema.BoardFacts;
import dev.talaria.board.transition.Archives;
import dev.talaria.board.transition.Claims;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GarbageCollectionTest extends BoardTest {
  private static final long DAY = 86_400;

  private final List<Path> removed = new ArrayList<>();
  private final Map<Path, String> kept = new java.util.HashMap<>();
  private final List<Long> living = new ArrayList<>();

  private GarbageCollection collection(boolean dryRun) {
    var place = new BoardLocation(
        "default",
        fixture.board.path(),
        directory.resolve("workspaces"),
        directory.resolve("logs"));
    var listener = new GarbageCollection.Listener() {
      @Override
      public void removed(Path path) {
        removed.add(path);
      }

      @Override
      public void kept(Path path, String why) {
        kept.put(path, why);
      }
    };
    return new GarbageCollection(
        fixture.board,
        place,
        new ScratchRemoval(List.of(place.workspaces())),
        (pid, at) -> living.contains(pid),
        listener,
        dryRun);
  }

  private Instant ago(long days) {
    return Instant.ofEpochSecond(fixture.now() - days * DAY);
  }

  private String archived(String title) {
    String task = fixture.ready(title);
    archive(task);
    return task;
  }

  private void archive(String task) {
    fixture.did(tx -> new Archives(fixture.recompute).archive(tx, task));
  }

  private Path workspace(String task) throws IOException {
    Path path = Files.createDirectories(directory.resolve("workspaces").resolve(task));
    Files.writeString(path.resolve("f"), "x");
    return path;
  }

  private void workspacePath(String task, String kind, Path path) {
    fixture.board.change(tx -> tx.update(
        "UPDATE tasks SET workspace_kind = ?, workspace_path = ? WHERE id = ?",
        kind,
        path.toString(),
        task));
  }

  private List<String> kindsLeft() {
    return fixture.board.read(
        tx -> tx.list("SELECT kind FROM task_events ORDER BY id", row -> row.requireText("kind")));
  }

  @Test
  void shouldRemoveScratchWorkspacesOfArchivedTasksOnly() throws IOException {
    String gone = archived("archived");
    String stays = fixture.ready("ready");
    String elsewhere = archived("with a path");
    String ownDirectory = archived("a directory of the user's");
    Path goneAt = workspace(gone);
    Path staysAt = workspace(stays);
    Path elsewhereAt = workspace("other");
    Path ownAt = workspace("own");
    workspacePath(elsewhere, "scratch", elsewhereAt);
    workspacePath(ownDirectory, "dir", ownAt);

    assertThat(collection(true).workspaces()).isEqualTo(2);
    assertThat(goneAt).as("only looked at").exists();
    assertThat(collection(false).workspaces()).isEqualTo(2);
    assertThat(removed).containsExactly(goneAt, elsewhereAt, goneAt, elsewhereAt);
    assertThat(goneAt).doesNotExist();
    assertThat(elsewhereAt).doesNotExist();
    assertThat(staysAt).exists();
    assertThat(ownAt).exists();
    assertThat(collection(false).workspaces()).as("a second time").isZero();
  }

  @Test
  void shouldKeepWhatLiesOutsideWhateverTheBoardSays() throws IOException {
    Path outside = Files.createDirectories(directory.resolve("precious"));
    Path link = directory.resolve("workspaces/link");
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(link, outside);
    for (Path path : List.of(
        outside,
        link,
        directory.resolve("workspaces"),
        directory.resolve("workspaces/../precious"))) {
      workspacePath(archived("x"), "scratch", path);
    }
    workspacePath(archived("relative"), "scratch", Path.of("precious"));
    String noPath = archived("no path at all");
    fixture.board.change(
        tx -> tx.update("UPDATE tasks SET workspace_path = char(0) WHERE id = ?", noPath));
    assertThat(collection(false).workspaces()).isZero();
    assertThat(kept).hasSize(4);
    assertThat(outside).exists();
  }

  @Test
  void shouldLeaveAWorkspaceWhoseWorkerMayLive() throws IOException {
    String spawned = fixture.ready("hermes's");
    fixture.claim(spawned);
    fixture.board.change(tx -> Claims.setWorkerPid(tx, spawned, 4711));
    String granted = fixture.ready("ours");
    fixture.board.change(tx ->
        GrantClaims.claimForLauncher(tx, granted, "h:1:u", 60, "h/launcher/main", 1, "i", 24));
    archive(spawned);
    archive(granted);
    Path first = workspace(spawned);
    Path second = workspace(granted);
    living.add(4711L);
    assertThat(collection(false).workspaces()).isZero();
    assertThat(kept).containsOnlyKeys(first, second);
    assertThat(kept.get(first)).contains("worker").contains(spawned);

    living.clear();
    fixture.board.change(tx -> tx.update("UPDATE talaria_runs SET exited_at = 1"));
    assertThat(collection(false).workspaces()).isEqualTo(2);
  }

  @Test
  void shouldTellAProcessFromOneThatInheritedItsId() {
    ProcessHandle self = ProcessHandle.current();
    long started = self.info().startInstant().orElseThrow().getEpochSecond();
    LiveProcesses processes = LiveProcesses.ofThisHost();
    assertThat(processes.lives(self.pid(), started)).isTrue();
    assertThat(processes.lives(self.pid(), started - DAY)).as("a younger one").isFalse();
  }

  @Test
  void shouldCollectOldEventsOfFinishedTasksOnly() {
    String archived = archived("archived");
    String open = fixture.ready("open");
    fixture.pass(31 * DAY);
    String young = archived("young");

    assertThat(collection(true).events(ago(30))).isEqualTo(2);
    assertThat(fixture.kinds(archived)).as("only counted").hasSize(2);
    assertThat(collection(false).events(ago(30))).isEqualTo(2);
    assertThat(fixture.kinds(archived)).isEmpty();
    assertThat(fixture.kinds(open)).containsExactly(EventKind.CREATED);
    assertThat(fixture.kinds(young)).hasSize(2);
    assertThat(collection(false).events(ago(30))).isZero();
    assertThat(collection(false).events(ago(31)))
        .as("exactly as old is not older")
        .isZero();
  }

  @Test
  void shouldNeverHandOutACollectedIdAgain() {
    archived("a");
    fixture.pass(DAY);
    collection(false).events(ago(0));
    assertThat(kindsLeft()).isEmpty();
    fixture.ready("b");
    assertThat(fixture.counted(tx -> (int) tx.number("SELECT min(id) AS n FROM task_events")))
        .isEqualTo(3);
  }

  @Test
  void shouldCollectOnlyWhatIsPublishedWhereABoardIsDispatched() {
    archived("a"); // events 1 and 2
    archived("b"); // events 3 and 4
    fixture.pass(DAY);
    fixture.board.change(tx -> BoardFacts.put(tx, BoardFacts.DISPATCH_ACCEPTED, "1"));
    assertThat(collection(false).events(ago(0))).as("nobody said how far").isZero();
    fixture.board.change(tx -> BoardFacts.put(tx, BoardFacts.PUBLISHED, "0"));
    assertThat(collection(false).events(ago(0))).as("a new lineage").isZero();
    fixture.board.change(tx -> BoardFacts.put(tx, BoardFacts.PUBLISHED, "3"));
    assertThat(collection(false).events(ago(0))).isEqualTo(2);
    assertThat(fixture.counted(tx -> (int) tx.number("SELECT min(id) AS n FROM task_events")))
        .as("the event that the cursor may name stays")
        .isEqualTo(3);
  }

  @Test
  void shouldTakeManyEventsInSmallSteps() {
    String task = archived("busy");
    fixture.board.change(tx -> {
      for (int i = 0; i < 2_500; i++) {
        tx.update(
            "INSERT INTO task_events (task_id, kind, created_at) VALUES (?, 'noted', 1)", task);
      }
    });
    assertThat(collection(false).events(ago(30))).isEqualTo(2_500);
    assertThat(kindsLeft()).hasSize(2);
  }

  @Test
  void shouldRemoveOldLogsButNotOfRunningTasks() throws IOException {
    Files.createDirectories(directory.resolve("logs"));
    String running = fixture.ready("running");
    fixture.claim(running);
    for (String name :
        List.of("t_1.log", "t_1.log.1", running + ".log", "notes.txt", "young.log")) {
      Path log = Files.writeString(directory.resolve("logs").resolve(name), "x");
      if (!name.startsWith("young")) {
        Files.setLastModifiedTime(log, FileTime.from(ago(31)));
      }
    }
    assertThat(collection(true).logs(ago(30))).isEqualTo(2);
    assertThat(directory.resolve("logs/t_1.log")).exists();
    assertThat(collection(false).logs(ago(30))).isEqualTo(2);
    assertThat(directory.resolve("logs"))
        .isDirectoryNotContaining("glob:**/t_1*")
        .isDirectoryContaining("glob:**/notes.txt")
        .isDirectoryContaining("glob:**/young.log")
        .isDirectoryContaining("glob:**/" + running + ".log");
  }
}
