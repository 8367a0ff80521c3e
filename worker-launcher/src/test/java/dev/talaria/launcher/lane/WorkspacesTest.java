package dev.talaria.launcher.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.launcher.process.SpawnFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspacesTest {
  @TempDir
  Path root;

  private Workspaces workspaces;

  @BeforeEach
  void make() {
    workspaces = new Workspaces(root.resolve("hermes"), root.resolve("me"), null);
  }

  @Test
  void shouldResolveAsTheContractSays() throws Exception {
    assertThat(resolve("scratch", null))
        .isEqualTo(root.resolve("hermes/kanban/workspaces/t_1"))
        .isDirectory();
    assertThat(workspaces.resolve("scratch", null, "ops", "t_1", root))
        .isEqualTo(root.resolve("hermes/kanban/boards/ops/workspaces/t_1"));
    assertThat(resolve("dir", "~/src")).isEqualTo(root.resolve("me/src")).isDirectory();
    assertThat(resolve("worktree", null))
        .isEqualTo(root.resolve(".worktrees/t_1"))
        .doesNotExist();
    assertThat(Workspaces.startingDirectory(root.resolve(".worktrees/t_1"))).isEqualTo(root);
  }

  @Test
  void shouldRefuseWhatIsRelativeOrMissing() {
    for (String kind : new String[] {"scratch", "dir", "worktree"}) {
      assertThatThrownBy(() -> resolve(kind, "some/where"))
          .isInstanceOf(SpawnFailure.class)
          .hasMessageContaining("relative");
    }
    assertThatThrownBy(() -> resolve("dir", null)).hasMessageContaining("needs a path");
    assertThatThrownBy(() -> resolve("cloud", "/x"))
        .hasMessageContaining("known are scratch, dir, worktree");
    assertThatThrownBy(() -> workspaces.resolve("scratch", null, "default", "../evil", root))
        .isInstanceOf(SpawnFailure.class);
  }

  @Test
  void shouldRemoveOnlyWhatIsStrictlyInsideAManagedRoot() throws Exception {
    Path scratch = resolve("scratch", null);
    Files.writeString(Files.createDirectories(scratch.resolve("a/b")).resolve("f"), "x");
    Path outside = Files.createDirectories(root.resolve("outside"));
    Files.writeString(outside.resolve("precious"), "x");
    Files.createSymbolicLink(scratch.resolve("link"), outside);
    Path disguised = scratch.resolveSibling("t_2");
    Files.createSymbolicLink(disguised, outside);

    assertThat(workspaces.removeScratch(outside)).isFalse();
    assertThat(workspaces.removeScratch(disguised))
        .as("a link that leads outside")
        .isFalse();
    assertThat(workspaces.removeScratch(scratch.getParent()))
        .as("the root itself")
        .isFalse();
    assertThat(workspaces.removeScratch(scratch)).isTrue();
    assertThat(workspaces.removeScratch(scratch)).as("gone already").isTrue();
    assertThat(scratch).doesNotExist();
    assertThat(outside.resolve("precious")).exists();
  }

  private Path resolve(String kind, String path) throws SpawnFailure {
    return workspaces.resolve(kind, path, "default", "t_1", root);
  }
}
