package dev.talaria.launcher.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the forker may use of the host.
 *
 * @param setsid gives each worker a session of its own; without it the shell's job control must do
 * @param plain an {@code env} that knows {@code --default-signal}: without it workers of a dash forker ignore INT and QUIT, and so
 *     do the programs that they start and try to interrupt
 */
public record ForkerTools(@Nullable Path setsid, @Nullable Path plain) {
  private static final String SYSTEM_PATH = "/usr/bin:/bin:/usr/sbin:/sbin:/usr/local/bin";

  /** Looks for both, and tries the second. */
  public static ForkerTools ofThisHost() {
    Executables system = Executables.on(SYSTEM_PATH);
    Path setsid = system.find("setsid").orElse(null);
    Optional<Path> env = system.find("env").filter(ForkerTools::knowsDefaultSignal);
    return new ForkerTools(setsid, env.orElse(null));
  }

  private static boolean knowsDefaultSignal(Path env) {
    try {
      Process trial = new ProcessBuilder(
              env.toString(), "--default-signal=INT,QUIT", "/bin/sh", "-c", ":")
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
      return trial.waitFor(5, TimeUnit.SECONDS) && trial.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
