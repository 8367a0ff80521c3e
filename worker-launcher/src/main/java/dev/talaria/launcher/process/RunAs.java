package dev.talaria.launcher.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The user of this host as whom a lane's workers run, through {@code setpriv} of util-linux. Only a launcher that may change
 * users, as root may, can start them.
 *
 * @param user its name
 */
public record RunAs(String user) {
  private static final String SYSTEM_PATH = "/usr/bin:/bin:/usr/sbin:/sbin:/usr/local/bin";
  private static final long PATIENCE_SECONDS = 10;
  private static final int FIELDS = 7; // of passwd(5)

  /**
   * What the system knows of the user.
   *
   * @param setpriv the program that becomes the user
   */
  public record Account(String user, int uid, int gid, String home, Path setpriv) {
    /** The command line that becomes the user and is then this command; its program is an absolute path. */
    public List<String> command(List<String> argv) {
      List<String> all = new ArrayList<>(
          List.of(setpriv.toString(), "--reuid=" + uid, "--regid=" + gid, "--init-groups", "--"));
      all.addAll(argv);
      return List.copyOf(all);
    }

    /** The variables that say who one is. */
    public Map<String, String> environment() {
      return Map.of("HOME", home, "USER", user, "LOGNAME", user);
    }

    /** Gives a file or directory, and nothing in it, to the user. A link is given away itself. */
    public void own(Path path) throws IOException {
      Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
    }

    /** Has the user look at a path: {@code test} with {@code -r}, {@code -w} or {@code -x}; both for a directory. */
    public boolean may(String flags, Path path) throws SpawnFailure {
      for (char flag : flags.toCharArray()) {
        if (run(command(List.of("/usr/bin/test", "-" + flag, path.toString()))).code() != 0) {
          return false;
        }
      }
      return true;
    }
  }

  private record Said(int code, String words) {}

  /**
   * Looks the user up and becomes it for a moment.
   *
   * @throws SpawnFailure of this host, with what is missing
   */
  public Account account() throws SpawnFailure {
    Executables system = Executables.on(SYSTEM_PATH);
    Path setpriv = system
        .find("setpriv")
        .orElseThrow(() -> cannot("'setpriv' is not there. Install util-linux, or remove run_as"));
    Path getent = system
        .find("getent")
        .orElseThrow(
            () -> cannot("'getent' is not there to look it up. Install it, or remove run_as"));
    Said entry = run(List.of(getent.toString(), "passwd", user));
    String[] fields = entry.words().split(":", -1);
    if (entry.code() != 0 || fields.length != FIELDS || !fields[0].equals(user)) {
      throw cannot("this host knows no such user. Make it, or correct run_as");
    }
    Account account = account(fields, setpriv);
    Said trial = run(account.command(List.of("/usr/bin/test", "-n", "x")));
    if (trial.code() != 0) {
      throw cannot("only a launcher that is root may (%s). Start it as root, or remove run_as"
          .formatted(trial.words()));
    }
    return account;
  }

  private Account account(String[] fields, Path setpriv) throws SpawnFailure {
    try {
      return new Account(
          user, Integer.parseInt(fields[2]), Integer.parseInt(fields[3]), fields[5], setpriv);
    } catch (NumberFormatException e) {
      throw cannot("its ids '%s:%s' are no numbers".formatted(fields[2], fields[3]));
    }
  }

  private SpawnFailure cannot(String why) {
    return SpawnFailure.ofHost("Cannot start workers as user '%s': %s.".formatted(user, why));
  }

  private static Said run(List<String> command) throws SpawnFailure {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(Path.of("/").toFile()).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().put("LC_ALL", "C");
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      try (InputStream out = process.getInputStream()) {
        String words = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw SpawnFailure.ofHost("'%s' does not end.".formatted(String.join(" ", command)));
        }
        return new Said(process.exitValue(), words);
      }
    } catch (IOException e) {
      throw SpawnFailure.ofHost(
          "Cannot start '%s': %s".formatted(command.get(0), e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw SpawnFailure.ofHost("Interrupted while a worker was prepared.");
    }
  }
}
