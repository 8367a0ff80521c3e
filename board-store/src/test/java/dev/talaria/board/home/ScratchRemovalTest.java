package dev.talaria.board.home;

import static dev.talaria.board.home.ScratchRemoval.Outcome.ABSENT;
import static dev.talaria.board.home.ScratchRemoval.Outcome.REFUSED;
import static dev.talaria.board.home.ScratchRemoval.Outcome.REMOVED;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchRemovalTest {
  @TempDir
  Path user;

  private final Map<String, String> environment = new HashMap<>();
  private Path workspaces;

  @BeforeEach
  void makeRoot() throws IOException {
    workspaces = Files.createDirectories(user.resolve(".hermes/kanban/workspaces"));
  }

  private ScratchRemoval removal() {
    return ScratchRemoval.of(BoardHome.of(environment, user));
  }

  private static Path filled(Path directory) throws IOException {
    Files.writeString(Files.createDirectories(directory.resolve("src")).resolve("f"), "x");
    return directory;
  }

  @Test
  void shouldRemoveAWorkspaceOfAnyBoardWithAllThatIsInIt() throws IOException {
    Path ours = filled(workspaces.resolve("t_1"));
    Path theirs = filled(user.resolve(".hermes/kanban/boards/beta/workspaces/t_2"));
    assertThat(removal().look(ours)).isEqualTo(REMOVED);
    assertThat(ours).as("looking changes nothing").exists();
    assertThat(removal().remove(ours)).isEqualTo(REMOVED);
    assertThat(removal().remove(theirs)).isEqualTo(REMOVED);
    assertThat(ours).doesNotExist();
    assertThat(theirs).doesNotExist();
    assertThat(removal().remove(ours)).isEqualTo(ABSENT);
  }

  @Test
  void shouldRemoveFromAPinnedRootAndOneThatIsALink() throws IOException {
    Path pinned = Files.createDirectories(user.resolve("fast/w"));
    Path link = Files.createSymbolicLink(user.resolve("w"), pinned);
    environment.put("HERMES_KANBAN_WORKSPACES_ROOT", " ~/w ");
    Path workspace = filled(link.resolve("t_1"));
    assertThat(removal().remove(workspace)).isEqualTo(REMOVED);
    assertThat(pinned).isEmptyDirectory();
  }

  @Test
  void shouldRefuseWhatLiesOutside() throws IOException {
    Path outside = filled(user.resolve("precious"));
    assertThat(removal().remove(outside)).isEqualTo(REFUSED);
    assertThat(removal().remove(workspaces.resolve("t_1/../../../../precious")))
        .as("a way out that does not exist")
        .isEqualTo(ABSENT);
    filled(workspaces.resolve("t_1"));
    assertThat(removal().remove(workspaces.resolve("t_1/../../../../precious"))).isEqualTo(REFUSED);
    assertThat(outside.resolve("src/f")).exists();
  }

  @Test
  void shouldNeverRemoveARootOrWhatHoldsOne() throws IOException {
    filled(workspaces.resolve("t_1"));
    environment.put("HERMES_KANBAN_WORKSPACES_ROOT", user.toString());
    for (Path path :
        new Path[] {workspaces, workspaces.resolve("t_1/.."), user.resolve(".hermes"), user}) {
      assertThat(removal().remove(path)).as(path.toString()).isEqualTo(REFUSED);
    }
    assertThat(workspaces.resolve("t_1/src/f")).exists();
  }

  @Test
  void shouldFollowNoLink() throws IOException {
    Path outside = filled(user.resolve("precious"));
    Path other = filled(workspaces.resolve("t_other"));
    Path disguised = Files.createSymbolicLink(workspaces.resolve("t_1"), outside);
    Path sideways = Files.createSymbolicLink(workspaces.resolve("t_2"), other);
    Path workspace = filled(workspaces.resolve("t_3"));
    Files.createSymbolicLink(workspace.resolve("out"), outside);
    Files.createSymbolicLink(workspace.resolve("in"), other);
    assertThat(removal().remove(disguised)).isEqualTo(REFUSED);
    assertThat(removal().remove(sideways)).as("another task's").isEqualTo(REFUSED);
    assertThat(removal().remove(workspace)).isEqualTo(REMOVED);
    assertThat(outside.resolve("src/f")).exists();
    assertThat(other.resolve("src/f")).exists();
  }

  @Test
  void shouldRemoveReadOnlyDirectories() throws IOException {
    Path workspace = filled(workspaces.resolve("t_1"));
    assertThat(workspace.resolve("src").toFile().setWritable(false)).isTrue();
    assertThat(removal().remove(workspace)).isEqualTo(REMOVED);
    assertThat(workspace).doesNotExist();
  }
}
