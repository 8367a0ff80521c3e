package dev.talaria.launcher.process;

import static dev.talaria.launcher.process.Launcher.SOON;
import static dev.talaria.launcher.process.Launcher.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a disk of a megabyte that is filled on purpose; only where this user may mount one. */
class FullDiskTest {
  @TempDir
  Path temp;

  private Path disk;

  @BeforeEach
  void mount() throws Exception {
    disk = Files.createDirectory(temp.resolve("disk"));
    assumeTrue(
        command("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString()), "cannot mount");
  }

  @AfterEach
  void unmount() throws Exception {
    command("umount", "-l", disk.toString());
  }

  @Test
  void shouldKeepTheStatusOfAWorkerThatEndsOnAFullDisk() throws Exception {
    Path gate = temp.resolve("gate");
    assertThat(command("mkfifo", gate.toString())).isTrue();
    try (Launcher launcher = new Launcher(disk).start()) {
      launcher.sh(run(1), ": <" + gate + "; exit 42");
      launcher.awaitStart(run(1));
      fill();

      Files.newOutputStream(gate).close();

      assertThat(launcher.awaitEnd(run(1)).exit()).isEqualTo(new WorkerExit.Code(42));
      assertThat(launcher.runs.find(run(1)).orElseThrow().exit())
          .as("on the disk, not only on the pipe")
          .isPresent();
      assertThatThrownBy(() -> launcher.sh(run(2), "exit 0"))
          .as("a run whose directory cannot be written never starts")
          .isInstanceOfAny(SpawnFailure.class, IOException.class);
    }
  }

  @Test
  void shouldNotStartWhereTheShimCannotSayWhoItIs() throws Exception {
    try (Launcher launcher = new Launcher(disk)) {
      // The forker is not up yet: the run waits while the disk fills.
      launcher.sh(run(1), "touch " + temp.resolve("ran"));
      fill();
      launcher.start();

      await().atMost(SOON).until(() -> launcher.supervisor.live().isEmpty());
    } catch (IOException e) {
      // not even the forker's script could be written
    }
    assertThat(temp.resolve("ran")).doesNotExist();
  }

  private void fill() throws IOException {
    byte[] page = new byte[4096];
    try (OutputStream out = Files.newOutputStream(disk.resolve("ballast"))) {
      while (true) {
        out.write(page);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space");
    }
  }

  private static boolean command(String... command) throws Exception {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
  }
}
