package dev.talaria.launcher.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.protocol.id.LauncherKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who a launcher is, whatever its clock says and wherever its home came from. */
class LauncherIdentityTest {
  private static final LauncherKey KEY = new LauncherKey("beta", "main");

  @TempDir
  Path root;

  private LauncherIdentity.Held take(Path directory, LauncherKey key, long epochSecond)
      throws IOException {
    return LauncherIdentity.take(
        directory, key, InstantSource.fixed(Instant.ofEpochSecond(epochSecond)));
  }

  private LauncherIdentity restart(long epochSecond) throws IOException {
    try (var held = take(root.resolve("home"), KEY, epochSecond)) {
      return held.identity();
    }
  }

  @Test
  void shouldGrowWithEachStartWhateverTheClockSays() throws IOException {
    assertThat(restart(1_700_000_000).incarnation()).isEqualTo(1_700_000_000);
    assertThat(restart(0).incarnation()).isEqualTo(1_700_000_001);
    assertThat(restart(4_000_000_000L).incarnation()).isEqualTo(4_000_000_000L);
    assertThat(restart(1_700_000_100).incarnation()).isEqualTo(4_000_000_001L);
  }

  @Test
  void shouldKnowThatTheFormerInstanceIsGoneByItsLock() throws IOException {
    LauncherIdentity first = restart(1_000);
    assertThat(first.succeeds()).isNull();

    assertThat(restart(1_001).succeeds()).isEqualTo(first.instance());

    try (var held = take(root.resolve("home"), KEY, 1_002)) {
      assertThatThrownBy(() -> restart(1_003))
          .hasMessageContaining("runs already")
          .isInstanceOf(IllegalStateException.class);
      assertThat(held.copied()).isFalse();
    }
  }

  @Test
  void shouldNotTakeTheLockOfACopiedHomeForThatOfTheOriginal() throws IOException {
    try (var original = take(root.resolve("home"), KEY, 1_000)) {
      Path copy = Files.createDirectories(root.resolve("copy"));
      for (String name : new String[] {"launcher-main.json", "launcher-main.lock"}) {
        Files.copy(root.resolve("home").resolve(name), copy.resolve(name));
      }
      Files.createDirectories(copy.resolve("runs/a-run-of-the-original"));

      try (var second = take(copy, KEY, 1_001)) {
        assertThat(second.copied()).isTrue();
        assertThat(second.identity().succeeds()).isNull();
        CopiedHome.setAside(copy.resolve("runs"), second.identity().incarnation());
      }
      assertThat(original.identity().key()).isEqualTo(KEY);
      assertThat(copy.resolve("runs")).doesNotExist();
      assertThat(copy.resolve("runs.copied-1001/a-run-of-the-original")).exists();

      // from now on it is its own
      try (var again = take(copy, KEY, 1_002)) {
        assertThat(again.copied()).isFalse();
        assertThat(again.identity().succeeds()).isNotNull();
      }
    }
  }

  @Test
  void shouldNotSucceedALauncherOfAnotherName() throws IOException {
    restart(1_000);

    try (var renamed = take(root.resolve("home"), new LauncherKey("gamma", "main"), 1_001)) {
      assertThat(renamed.copied()).isTrue();
      assertThat(renamed.identity().succeeds()).isNull();
    }
  }

  @Test
  void shouldReadTheFileOfAnEarlierVersion() throws IOException {
    Path home = Files.createDirectories(root.resolve("home"));
    Files.writeString(
        home.resolve("launcher-main.json"), "{\"incarnation\":5,\"instance\":\"one\"}");

    try (var held = take(home, KEY, 1)) {
      assertThat(held.identity().incarnation()).isEqualTo(6);
      assertThat(held.identity().succeeds()).isEqualTo("one");
      assertThat(held.copied()).isFalse();
    }
  }
}
