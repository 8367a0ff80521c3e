package dev.talaria.launcher.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.launcher.lane.Workspaces.Wanted;
import dev.talaria.launcher.process.SpawnFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspacesTest {
  @TempDir
  Path root;

  private final Map<String, String> workdirs = new HashMap<>();
  private Workspaces workspaces;

  @BeforeEach
  void make() {
    workspaces = new Workspaces(root.resolve("hermes"), root.resolve("me"), null, workdirs::get);
  }

  @Test
  void shouldResolveAsTheContractSays() throws Exception {
    assertThat(resolve("scratch", null))
        .isEqualTo(root.resolve("hermes/kanban/workspaces/t_1"))
        .isDirectory();
    assertThat(workspaces.resolve(new Wanted("scratch", null, "ops", "t_1", null)))
        .isEqualTo(root.resolve("hermes/kanban/boards/ops/workspaces/t_1"));
    assertThat(resolve("dir", "~/src")).isEqualTo(root.resolve("me/src")).isDirectory();
    workdirs.put("default", root.resolve("work").toString());
    assertThat(resolve("dir", null)).isEqualTo(root.resolve("work")).isDirectory();
  }

  @Test
  void shouldRefuseWhatIsRelativeOrMissing() {
    for (String kind : new String[] {"scratch", "dir", "worktree"}) {
      assertThatThrownBy(() -> resolve(kind, "some/where"))
          .isInstanceOf(SpawnFailure.class)
          .hasMessageContaining("relative");
    }
    for (String kind : new String[] {"dir", "worktree"}) {
      assertThatThrownBy(() -> resolve(kind, null))
          .hasMessageContaining("needs a path")
          .hasMessageContaining("set-default-workdir");
      assertThatThrownBy(() -> resolve(kind, root + "/a/../../etc"))
          .hasMessageContaining("without '..'");
    }
    assertThatThrownBy(() -> resolve("cloud", "/x"))
        .hasMessageContaining("known are scratch, dir, worktree");
    assertThatThrownBy(
            () -> workspaces.resolve(new Wanted("scratch", null, "default", "../evil", null)))
        .isInstanceOf(SpawnFailure.class);
  }

  @Test
  void shouldNotFollowALinkInAScratchWorkspacesPlace() throws Exception {
    Path outside = Files.createDirectories(root.resolve("outside"));
    Path place = root.resolve("hermes/kanban/workspaces/t_1");
    Files.createDirectories(place.getParent());
    Files.createSymbolicLink(place, outside);

    assertThatThrownBy(() -> resolve("scratch", null)).hasMessageContaining("symbolic link");
    assertThatThrownBy(() -> resolve("scratch", place.toString()))
        .hasMessageContaining("symbolic link");
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
    return workspaces.resolve(new Wanted(kind, path, "default", "t_1", null));
  }
}
