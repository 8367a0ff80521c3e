package dev.talaria.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostIdentityTest {
  @TempDir
  Path home;

  @Test
  void shouldKeepTheFirstNameWhenTheHostIsRenamed() {
    assertThat(on("alpha", "m1").resolve(null)).isEqualTo("alpha");
    assertThat(on("renamed", "m1").resolve(null)).isEqualTo("alpha");
  }

  @Test
  void shouldMakeAnotherIdOnAClonedMachine() {
    on("alpha", "m1").resolve(null);

    var clone = on("alpha", "m2").resolve(null);

    assertThat(clone).startsWith("alpha-").isNotEqualTo("alpha");
    assertThat(on("alpha", "m2").resolve(null)).isEqualTo(clone);
    assertThat(on("alpha", "m3").resolve(null))
        .as("a clone's clone is neither the clone nor the original")
        .isNotIn(clone, "alpha");
  }

  @Test
  void shouldTakeTheClonesOwnNameIfItHasOne() {
    on("alpha", "m1").resolve(null);

    assertThat(on("beta", "m2").resolve(null)).isEqualTo("beta");
  }

  @Test
  void shouldKeepTheIdWhereNoMachineIdCanBeRead() {
    on("alpha", null).resolve(null);

    assertThat(on("beta", null).resolve(null)).isEqualTo("alpha");
    assertThat(on("beta", "m1").resolve(null)).as("first seen machine id").isEqualTo("alpha");
    assertThat(on("beta", "m2").resolve(null)).isEqualTo("beta");
  }

  @Test
  void shouldPreferTheConfiguredIdAndWriteNothing() {
    assertThat(on("alpha", "m1").resolve("chosen")).isEqualTo("chosen");
    assertThat(home.resolve("talaria")).doesNotExist();
  }

  @Test
  void shouldMakeAnIdOfAnyHostName() {
    assertThat(HostIdentity.sanitize("My Mac's Book")).isEqualTo("My-Mac-s-Book");
    assertThat(HostIdentity.sanitize("-.x")).isEqualTo("x");
    assertThat(HostIdentity.sanitize("")).isEqualTo("localhost");
    assertThat(HostIdentity.sanitize("a".repeat(100))).hasSize(63);
  }

  @Test
  void shouldRefuseAFileThatHoldsNoId() throws IOException {
    Files.createDirectories(home.resolve("talaria"));
    Files.writeString(home.resolve("talaria/host-id"), "not an id\n");

    assertThatThrownBy(() -> on("alpha", "m1").resolve(null))
        .hasMessageContaining("'not an id'")
        .hasMessageContaining("Set fleet.host, or remove the file");
  }

  @Test
  void shouldWorkWithThisMachinesOwnNames() {
    assertThat(new HostIdentity(home).resolve(null)).matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
  }

  private HostIdentity on(String hostName, String machineId) {
    return new HostIdentity(home, () -> hostName, () -> Optional.ofNullable(machineId));
  }
}
