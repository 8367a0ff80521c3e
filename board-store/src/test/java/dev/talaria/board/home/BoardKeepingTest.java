package dev.talaria.board.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.board.ConflictException;
import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.TaskIds;
import dev.talaria.board.schema.BoardFacts;
import dev.talaria.board.task.NewTask;
import dev.talaria.board.task.Skills;
import dev.talaria.board.task.TaskCreation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoardKeepingTest {
  private static final long NOW = 1_700_000_000L;
  private static final BoardOptions OPTIONS =
      new BoardOptions(() -> Instant.ofEpochSecond(NOW), TaskIds.random(new Random(1)), 1_000);

  @TempDir
  Path user;

  private final Map<String, String> environment = new HashMap<>();
  private Path boards;

  @BeforeEach
  void name() {
    boards = user.resolve(".hermes/kanban/boards");
  }

  private BoardHome home() {
    return BoardHome.of(environment, user);
  }

  private BoardKeeping keeping() {
    return new BoardKeeping(home(), OPTIONS);
  }

  private void create(String slug) {
    keeping().create(slug, BoardEdits.none());
  }

  private static String lineage(Board board) {
    return board.read(tx -> BoardFacts.get(tx, BoardFacts.LINEAGE)).orElse("");
  }

  private String json(String slug) throws IOException {
    return Files.readString(boards.resolve(slug).resolve("board.json"));
  }

  @Test
  void shouldWriteTheMetadataAsHermesDoesAndMakeTheDatabase() throws IOException {
    keeping()
        .create(
            "my-board",
            BoardEdits.none().withLooks("Ünïcode", "⚙", null).withDefaultWorkdir("/src"));
    assertThat(json("my-board")).isEqualTo("""
            {
              "slug": "my-board",
              "name": "My Board",
              "description": "Ünïcode",
              "icon": "⚙",
              "color": "",
              "default_workdir": "/src",
              "created_at": 1700000000,
              "archived": false
            }
            """);
    try (Stream<Path> files = Files.list(boards.resolve("my-board"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .as("nothing is left over")
          .containsExactlyInAnyOrder("board.json", "kanban.db");
    }
    Board.openReadOnly(boards.resolve("my-board/kanban.db"), OPTIONS).close();
  }

  @Test
  void shouldKeepUnknownKeysAndWhatIsNotEdited() throws IOException {
    Files.createDirectories(boards.resolve("beta"));
    Files.writeString(
        boards.resolve("beta/board.json"),
        "{\"slug\":\"wrong\",\"name\":\"Old\",\"created_at\":5,\"x\":{\"y\":[1,null]},\"db_path\":\"/gone\"}");
    keeping().edit("beta", BoardEdits.none().withName("  New "));
    assertThat(json("beta"))
        .contains("\"slug\": \"beta\"", "\"name\": \"New\"", "\"created_at\": 5")
        .contains("\"x\": {\n    \"y\": [\n      1,\n      null\n    ]\n  }")
        .doesNotContain("db_path");
    keeping().edit("beta", BoardEdits.none().withName(" ").withDefaultWorkdir("/w"));
    assertThat(home().metadata("beta").name()).isEqualTo("Beta");
    assertThat(home().metadata("beta").defaultWorkdir()).isEqualTo("/w");
    keeping().edit("beta", BoardEdits.none());
    assertThat(home().metadata("beta").defaultWorkdir()).as("null leaves it").isEqualTo("/w");
    keeping().edit("beta", BoardEdits.none().withDefaultWorkdir(""));
    assertThat(home().metadata("beta").defaultWorkdir()).isNull();
  }

  @Test
  void shouldReplaceMalformedMetadataByDefaults() throws IOException {
    for (String malformed : List.of("", "[1]", "{\"name\":", "\0")) {
      Files.createDirectories(boards.resolve("beta"));
      Files.writeString(boards.resolve("beta/board.json"), malformed);
      assertThat(home().metadata("beta").name()).isEqualTo("Beta");
      create("beta");
      assertThat(json("beta")).contains("\"created_at\": 1700000000");
    }
  }

  @Test
  void shouldCreateAgainWithoutChangingWhatIsThere() throws IOException {
    keeping().create("beta", BoardEdits.none().withName("First"));
    try (Board board = Board.open(home().location("beta").database(), OPTIONS)) {
      board.change(tx -> BoardFacts.put(tx, BoardFacts.LINEAGE, "7"));
    }
    create("beta");
    assertThat(json("beta")).contains("\"name\": \"First\"");
    try (Board board = Board.open(home().location("beta").database(), OPTIONS)) {
      assertThat(lineage(board)).isEqualTo("7");
    }
  }

  @Test
  void shouldKeepTheDefaultBoardsMetadataApartFromItsDatabase() throws IOException {
    keeping().edit("default", BoardEdits.none().withName("Everything"));
    assertThat(json("default")).contains("\"name\": \"Everything\"");
    assertThat(boards.resolve("default/kanban.db")).doesNotExist();
    create("default");
    assertThat(user.resolve(".hermes/kanban.db")).exists();
    assertThat(home().slugs()).containsExactly("default");
  }

  @Test
  void shouldSwitchToBoardsThatExistAndMakeNoOther() throws IOException {
    create("beta");
    keeping().switchTo("beta");
    assertThat(user.resolve(".hermes/kanban/current")).hasContent("beta\n");
    assertThat(home().activeSlug()).isEqualTo("beta");
    for (Runnable mistyped : List.<Runnable>of(
        () -> keeping().switchTo("betta"),
        () -> keeping().edit("betta", BoardEdits.none()),
        () -> keeping().archive("betta"),
        () -> keeping().delete("betta"),
        () -> home().resolve("betta"))) {
      assertThatThrownBy(mistyped::run)
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining("Board 'betta' does not exist");
    }
    assertThat(boards.resolve("betta")).doesNotExist();
    assertThat(home().activeSlug()).isEqualTo("beta");
  }

  @Test
  void shouldArchiveByMovingAllOfItAndClearThePointer() throws IOException {
    for (int i = 0; i < 3; i++) {
      create("beta");
      Files.createDirectories(boards.resolve("beta/logs"));
      keeping().switchTo("beta");
      BoardKeeping.Removed removed = keeping().archive("beta");
      String expected = "beta-1700000000" + (i == 0 ? "" : "-" + i);
      assertThat(removed.action()).isEqualTo("archived");
      assertThat(removed.newPath()).isEqualTo(boards.resolve("_archived").resolve(expected));
      assertThat(boards.resolve("_archived").resolve(expected))
          .isDirectoryContaining("glob:**/logs");
      assertThat(user.resolve(".hermes/kanban/current")).doesNotExist();
      assertThat(home().slugs()).containsExactly("default");
    }
  }

  @Test
  void shouldKeepWhatWasInTheLogWhenABoardIsArchived() {
    create("beta");
    Path database = home().location("beta").database();
    try (Board board = Board.open(database, OPTIONS)) {
      board.change(tx -> BoardFacts.put(tx, BoardFacts.LINEAGE, "7"));
    }
    Path archived = keeping().archive("beta").newPath();
    assertThat(archived).isNotNull().isDirectoryNotContaining("glob:**-wal");
    try (Board board = Board.open(archived.resolve("kanban.db"), OPTIONS)) {
      assertThat(lineage(board)).isEqualTo("7");
    }
  }

  @Test
  void shouldDeleteAllOfABoardAndNothingElse() throws IOException {
    create("beta");
    create("gamma");
    keeping().switchTo("gamma");
    assertThat(keeping().delete("beta"))
        .isEqualTo(new BoardKeeping.Removed("beta", "deleted", null));
    assertThat(home().slugs()).containsExactly("default", "gamma");
    assertThat(boards.resolve("_archived")).isEmptyDirectory();
    assertThat(home().activeSlug()).as("another's pointer stays").isEqualTo("gamma");
  }

  @Test
  void shouldRefuseToRemoveTheDefaultBoardAndOneInUse() {
    assertThatThrownBy(() -> keeping().archive("default")).hasMessageContaining("always exists");
    assertThatThrownBy(() -> keeping().delete("default")).hasMessageContaining("always exists");
    create("beta");
    try (Board idle = Board.openReadOnly(home().location("beta").database(), OPTIONS)) {
      idle.read(tx -> tx.number("SELECT count(*) AS n FROM tasks"));
      assertThatThrownBy(() -> keeping().archive("beta"))
          .isInstanceOf(ConflictException.class)
          .hasMessageContaining("in use");
      assertThatThrownBy(() -> keeping().delete("beta")).isInstanceOf(ConflictException.class);
      assertThat(home().exists("beta")).isTrue();
    }
    assertThat(keeping().archive("beta").action()).isEqualTo("archived");
  }

  @Test
  void shouldRemoveABoardWhoseFileIsBrokenOrMissing() throws IOException {
    create("beta");
    Files.writeString(home().location("beta").database(), "not a database at all, but long enough");
    assertThat(keeping().archive("beta").action()).isEqualTo("archived");
    Files.createDirectories(boards.resolve("gamma"));
    Files.writeString(boards.resolve("gamma/board.json"), "{}");
    assertThat(keeping().delete("gamma").action()).isEqualTo("deleted");
  }

  @Test
  void shouldNotDeleteThroughALink() throws IOException {
    create("beta");
    Path elsewhere = user.resolve("elsewhere");
    Files.move(boards.resolve("beta"), elsewhere);
    Files.createSymbolicLink(boards.resolve("beta"), Path.of("../../../elsewhere"));
    assertThat(home().exists("beta")).isTrue();
    assertThatThrownBy(() -> keeping().delete("beta"))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("is a link");
    Path archived = keeping().archive("beta").newPath();
    assertThat(archived).isNotNull().isSymbolicLink().isDirectoryContaining("glob:**/kanban.db");
    assertThat(elsewhere.resolve("kanban.db")).exists();
    assertThat(home().exists("beta")).isFalse();
  }

  @Test
  void shouldCountTasksByStatus() {
    create("beta");
    assertThat(keeping().counts("beta")).isEmpty();
    var creation = new TaskCreation(Skills.hermesToolsets(), null);
    try (Board board = Board.open(home().location("beta").database(), OPTIONS)) {
      board.change(tx -> {
        creation.create(tx, NewTask.titled("a"));
        creation.create(tx, NewTask.titled("b"));
        creation.create(tx, NewTask.titled("c").withTriage(true));
      });
    }
    assertThat(keeping().counts("beta")).isEqualTo(Map.of("ready", 2L, "triage", 1L));
    assertThat(keeping().counts("default")).as("no database yet").isEmpty();
    assertThat(user.resolve(".hermes/kanban.db")).doesNotExist();
  }
}
