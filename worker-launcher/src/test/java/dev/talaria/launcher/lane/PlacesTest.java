package dev.talaria.launcher.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.launcher.lane.Workspaces.Wanted;
import dev.talaria.launcher.process.SpawnFailure;
import dev.talaria.protocol.policy.FailureClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where tasks of other hosts' boards may work. */
class PlacesTest {
  @TempDir
  Path root;

  private Path real;
  private Path link;
  private Places places;

  @BeforeEach
  void make() throws IOException {
    Path home = root.toRealPath();
    real = Files.createDirectories(home.resolve("disk/repos"));
    link = Files.createSymbolicLink(home.resolve("repos"), real);
    places = new Places(List.of(link, home.resolve("later")));
  }

  private static Wanted wanted(String kind, Path path) {
    return new Wanted(kind, path.toString(), "default", "t_1", null);
  }

  private void assertRefused(Wanted wanted, String why) {
    assertThatThrownBy(() -> places.check(wanted))
        .isInstanceOfSatisfying(
            SpawnFailure.class,
            e -> assertThat(e.failureClass()).as("not the task's").isEqualTo(FailureClass.INFRA))
        .hasMessageContaining(why);
  }

  @Test
  void shouldAnnounceWhatIsThereNowByBothItsNames() throws IOException {
    assertThat(places.announced()).containsExactly(link.toString(), real.toString());
    Path later = Files.createDirectory(root.toRealPath().resolve("later"));
    assertThat(places.announced()).contains(later.toString());
    Files.delete(link);
    assertThat(places.announced()).containsExactly(later.toString());
  }

  @Test
  void shouldTakeADirectoryInAPlaceAndAWorktreeThatIsToBeMadeThere() throws IOException {
    Path repository = Files.createDirectory(real.resolve("x"));
    for (Path path : List.of(repository, link.resolve("x"), link)) {
      assertThatCode(() -> places.check(wanted("dir", path))).doesNotThrowAnyException();
    }
    assertThatCode(() -> places.check(wanted("worktree", link.resolve("x/.worktrees/t_1"))))
        .doesNotThrowAnyException();
  }

  @Test
  void shouldRefuseWhatIsMissingOutsideOrLeadsOut() throws IOException {
    Path outside = Files.createDirectory(root.resolve("secret"));
    assertRefused(wanted("dir", link.resolve("missing")), "does not exist here");
    assertRefused(wanted("dir", outside), "in none of launcher.places");
    Files.createSymbolicLink(real.resolve("escape"), outside);
    assertRefused(wanted("dir", link.resolve("escape")), "in none of launcher.places");
    assertRefused(wanted("worktree", link.resolve("escape/w")), "in none of launcher.places");
    Files.writeString(real.resolve("file"), "x");
    assertRefused(wanted("dir", link.resolve("file")), "no directory");
    assertRefused(new Wanted("dir", "~/x", "default", "t_1", null), "own host only");
    assertRefused(new Wanted("dir", null, "default", "t_1", null), "own host only");
  }
}
