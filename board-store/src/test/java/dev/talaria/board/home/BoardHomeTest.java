package dev.talaria.board.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.board.InvalidRequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoardHomeTest {
  @TempDir
  Path user;

  private final Map<String, String> environment = new HashMap<>();
  private Path root;

  @BeforeEach
  void makeBoards() throws IOException {
    root = user.resolve(".hermes");
    Files.createDirectories(root.resolve("kanban/boards/empty"));
    Files.createDirectories(root.resolve("kanban/boards/Loud"));
    Files.createDirectories(root.resolve("kanban/boards/_archived"));
    for (String board : new String[] {"beta", "alpha", "Loud", "_archived"}) {
      Path directory = Files.createDirectories(root.resolve("kanban/boards/" + board));
      Files.writeString(
          directory.resolve("board.json"),
          "{\"slug\":\"wrong\",\"name\":\" \",\"default_workdir\":\"/w\",\"x\":1}");
    }
  }

  private BoardHome home() {
    return BoardHome.of(environment, user);
  }

  @Test
  void shouldFindTheRootAsHermesDoes() {
    assertThat(home().root()).isEqualTo(root);
    environment.put("HERMES_HOME", "~/.hermes/profiles/coder");
    assertThat(home().root()).as("inside the native home").isEqualTo(root);
    environment.put("HERMES_HOME", "/opt/fleet/profiles/coder");
    assertThat(home().root()).as("a profile's home").isEqualTo(Path.of("/opt/fleet"));
    environment.put("HERMES_HOME", "/opt/fleet");
    assertThat(home().root()).isEqualTo(Path.of("/opt/fleet"));
    environment.put("HERMES_KANBAN_HOME", " ~/boards ");
    assertThat(home().root()).isEqualTo(user.resolve("boards"));
  }

  @Test
  void shouldResolveInTheContractsOrder() throws IOException {
    assertThat(home().resolve(null).database()).isEqualTo(root.resolve("kanban.db"));
    Files.writeString(root.resolve("kanban/current"), "alpha\n");
    assertThat(home().resolve(null).slug()).isEqualTo("alpha");
    environment.put("HERMES_KANBAN_BOARD", " BETA ");
    assertThat(home().resolve(null).database())
        .isEqualTo(root.resolve("kanban/boards/beta/kanban.db"));
    environment.put("HERMES_KANBAN_BOARD", "empty");
    assertThat(home().resolve(null).slug()).as("an empty directory is no board").isEqualTo("alpha");
    environment.put("HERMES_KANBAN_DB", "/pinned/x.db");
    assertThat(home().resolve(null).database()).isEqualTo(Path.of("/pinned/x.db"));
    assertThat(home().resolve("Alpha").database())
        .isEqualTo(root.resolve("kanban/boards/alpha/kanban.db"));
    environment.put("HERMES_KANBAN_TASK", "t_1");
    assertThat(home().resolve("alpha").database())
        .as("in a worker the pin wins")
        .isEqualTo(Path.of("/pinned/x.db"));
  }

  @Test
  void shouldRefuseExplicitNamesThatNameNothing() {
    assertThatThrownBy(() -> home().resolve("no such")).isInstanceOf(InvalidRequestException.class);
    assertThatThrownBy(() -> home().resolve("gamma"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("[default, alpha, beta]");
    assertThat(root.resolve("kanban/boards/gamma")).doesNotExist();
  }

  @Test
  void shouldPlaceWorkspacesAndLogsBesideTheirBoard() {
    assertThat(home().location("default").workspaces())
        .isEqualTo(root.resolve("kanban/workspaces"));
    assertThat(home().location("beta").log("t_1"))
        .isEqualTo(root.resolve("kanban/boards/beta/logs/t_1.log"));
    environment.put("HERMES_KANBAN_WORKSPACES_ROOT", "/fast");
    assertThat(home().location("beta").workspaces()).isEqualTo(Path.of("/fast"));
  }

  @Test
  void shouldReadMetadataWithItsDefaults() {
    BoardMetadata metadata = home().metadata("alpha");
    assertThat(metadata.json().toString())
        .isEqualTo(
            "{\"slug\":\"alpha\",\"name\":\"Alpha\",\"description\":\"\",\"icon\":\"\",\"color\":\"\",\"default_workdir\":\"/w\",\"created_at\":null,\"archived\":false,\"x\":1}");
    assertThat(metadata.defaultWorkdir()).isEqualTo("/w");
    assertThat(home().metadata("my-own_board").name()).isEqualTo("My Own Board");
  }

  @Test
  void shouldKnowProfiles() throws IOException {
    Files.createDirectories(root.resolve("profiles/coder"));
    assertThat(home().profileExists("coder")).isTrue();
    assertThat(home().profileExists("default")).isTrue();
    assertThat(home().profileExists("../x")).isFalse();
  }
}
