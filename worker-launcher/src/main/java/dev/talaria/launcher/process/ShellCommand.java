package dev.talaria.launcher.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The text that the shim sources: workspace, log, environment and arguments, every value in single quotes, so that no shell
 * ever interprets one.
 */
final class ShellCommand {
  private static final Pattern SHELL_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /** Names that a shell keeps for itself: read-only in some, or with a meaning that ends the shell on a wrong value. */
  private static final Set<String> SHELLS_OWN = Set.of(
      "IFS",
      "OPTIND",
      "OPTERR",
      "PPID",
      "PWD",
      "OLDPWD",
      "LINENO",
      "UID",
      "EUID",
      "GROUPS",
      "BASHOPTS",
      "SHELLOPTS",
      "BASH_VERSINFO",
      "POSIXLY_CORRECT",
      "_");

  private static final int LONGEST_ARGUMENT = 131_071; // Linux: MAX_ARG_STRLEN less the final zero

  private ShellCommand() {}

  /** Names that a shell cannot export, such as {@code a.b}, are left out: no program written for Unix relies on them. */
  static String of(List<String> argv, Map<String, String> environment, Path workspace, Path log)
      throws SpawnFailure {
    return of(argv, environment, workspace, log, null);
  }

  /** As above, for a worker that enters a control group before it is executed. */
  static String of(
      List<String> argv,
      Map<String, String> environment,
      Path workspace,
      Path log,
      @Nullable RunGroup group)
      throws SpawnFailure {
    StringBuilder text = new StringBuilder();
    text.append("talaria_workspace=").append(quote(workspace.toString())).append('\n');
    text.append("talaria_log=").append(quote(log.toString())).append('\n');
    text.append("talaria_group=");
    text.append(quote(group == null ? "" : group.path().toString())).append('\n');
    for (Map.Entry<String, String> variable : new TreeMap<>(environment).entrySet()) {
      String name = variable.getKey();
      if (SHELL_NAME.matcher(name).matches() && !SHELLS_OWN.contains(name)) {
        text.append("export ").append(name).append('=');
        text.append(quote(checked("variable " + name, variable.getValue()))).append('\n');
      }
    }
    text.append("set --");
    for (String argument : argv) {
      text.append(' ').append(quote(checked("argument", argument)));
    }
    return text.append('\n').toString();
  }

  private static String checked(String what, String value) throws SpawnFailure {
    if (value.indexOf('\0') >= 0) {
      throw SpawnFailure.ofTask(
          "Cannot start the worker: an %s holds a NUL character.".formatted(what));
    }
    if (value.length() * 4L > LONGEST_ARGUMENT
        && value.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > LONGEST_ARGUMENT) {
      throw SpawnFailure.ofTask("Cannot start the worker: an %s is longer than %d bytes."
          .formatted(what, LONGEST_ARGUMENT));
    }
    return value;
  }

  static String quote(String value) {
    return "'" + value.replace("'", "'\\''") + "'";
  }
}
