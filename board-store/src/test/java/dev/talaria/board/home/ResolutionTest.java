package dev.talaria.board.home;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which file a command means (contract 1.3), for every combination of what may name one. */
class ResolutionTest {
  private static final String PIN = "/pinned/x.db";
  private static final List<String> NOTHING_USABLE =
      List.of("", " ", "stale", "Not A Slug", "../up", "empty");

  @TempDir
  Path user;

  private Path root;

  @BeforeEach
  void makeBoards() throws IOException {
    root = user.resolve(".hermes");
    for (String board : List.of("named", "chosen", "current")) {
      Path directory = Files.createDirectories(root.resolve("kanban/boards").resolve(board));
      Files.createFile(directory.resolve("kanban.db"));
    }
    Files.createDirectories(root.resolve("kanban/boards/empty"));
  }

  private static List<String> with(String usable) {
    List<String> all = new ArrayList<>(NOTHING_USABLE);
    all.add(usable);
    all.add(" " + usable.toUpperCase(java.util.Locale.ROOT) + "\n");
    return all;
  }

  @Test
  void shouldTakeTheFirstThatIsUsableInTheContractsOrder() throws IOException {
    int combinations = 0;
    for (@Nullable String explicit : new String[] {null, "", "named", " Named "}) {
      for (String pin : List.of("", " ", PIN)) {
        for (String chosen : with("chosen")) {
          for (String current : with("current")) {
            for (String task : List.of("", "t_1")) {
              check(explicit, pin, chosen, current, task);
              combinations++;
            }
          }
        }
      }
    }
    assertThat(combinations).isEqualTo(4 * 3 * 8 * 8 * 2);
  }

  private void check(
      @Nullable String explicit, String pin, String chosen, String current, String task)
      throws IOException {
    Map<String, String> environment = new HashMap<>();
    environment.put("HERMES_KANBAN_DB", pin);
    environment.put("HERMES_KANBAN_BOARD", chosen);
    environment.put("HERMES_KANBAN_TASK", task);
    Files.writeString(root.resolve("kanban/current"), current);
    String slug = "default";
    if (explicit != null && !explicit.isBlank()) {
      slug = "named";
    } else if (chosen.strip().equalsIgnoreCase("chosen")) {
      slug = "chosen";
    } else if (current.strip().equalsIgnoreCase("current")) {
      slug = "current";
    }
    boolean pinned = !pin.isBlank() && (!slug.equals("named") || !task.isEmpty());
    Path file = slug.equals("default")
        ? root.resolve("kanban.db")
        : root.resolve("kanban/boards").resolve(slug).resolve("kanban.db");
    BoardLocation found = BoardHome.of(environment, user).resolve(explicit);
    assertThat(found.database())
        .as("explicit %s, %s", explicit, environment)
        .isEqualTo(pinned ? Path.of(PIN) : file);
    assertThat(found.slug()).as("explicit %s, %s", explicit, environment).isEqualTo(slug);
  }

  @Test
  void shouldFindTheRootForEveryHome() {
    Map<String, Path> expected = new HashMap<>();
    expected.put("", root);
    expected.put("  ", root);
    expected.put("~/.hermes", root);
    expected.put("~/.hermes/profiles/coder", root);
    expected.put("~/.hermes/deeper/than/that", root);
    expected.put("~/.hermes-other", user.resolve(".hermes-other"));
    expected.put("/opt/fleet", Path.of("/opt/fleet"));
    expected.put("/opt/fleet/profiles/coder", Path.of("/opt/fleet"));
    expected.put("/opt/fleet/profiles/coder/", Path.of("/opt/fleet"));
    expected.put("/opt/fleet/profiles", Path.of("/opt/fleet/profiles"));
    expected.put("relative/home", Path.of("relative/home").toAbsolutePath());
    expected.forEach((home, found) -> {
      assertThat(BoardHome.of(Map.of("HERMES_HOME", home), user).root())
          .as(home)
          .isEqualTo(found);
      Map<String, String> both = Map.of("HERMES_HOME", home, "HERMES_KANBAN_HOME", " ~/own ");
      assertThat(BoardHome.of(both, user).root()).as(home).isEqualTo(user.resolve("own"));
    });
    assertThat(BoardHome.of(Map.of("HERMES_KANBAN_HOME", "own"), user).root()).isAbsolute();
  }

  @Test
  void shouldTakeOnlyDirectoriesForBoardsWhoseNameIsASlug() throws IOException {
    for (String name : List.of("Loud", "_archived", "a b", "-x", "x".repeat(65))) {
      Path directory = Files.createDirectories(root.resolve("kanban/boards").resolve(name));
      Files.writeString(directory.resolve("board.json"), "{}");
    }
    Files.createFile(root.resolve("kanban/boards/file"));
    BoardHome home = BoardHome.of(Map.of(), user);
    assertThat(home.slugs()).containsExactly("default", "chosen", "current", "named");
    assertThat(home.exists("loud")).as("its directory is 'Loud'").isFalse();
  }
}
