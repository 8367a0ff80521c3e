package dev.talaria.cli.run;

import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Session;
import dev.talaria.dispatcher.BoardFile;
import dev.talaria.service.config.DispatchConfig;
import dev.talaria.service.config.DispatchConfig.NewBoards;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** Which boards a process dispatches, and which of them it only watches. */
final class DispatchedBoards {
  private final Session session;
  private final String host;
  private final DispatchConfig config;

  DispatchedBoards(Session session, String host, DispatchConfig config) {
    this.session = session;
    this.host = host;
    this.config = config;
  }

  static DispatchedBoards of(Session session, HostRuntime runtime) {
    return new DispatchedBoards(session, runtime.host(), runtime.config().dispatch());
  }

  /**
   * The boards that are configured, else all of the home.
   *
   * @param served lanes whose work would start
   */
  List<BoardFile> find(Predicate<String> served) throws IOException {
    Boards boards = new Boards(session.home(), session.boardOptions());
    List<BoardFile> files = new ArrayList<>();
    for (Boards.Found found : boards.find(wanted(), served)) {
      boolean grants = found.accepted() || agrees(found);
      if (grants) {
        boards.accept(found.location());
      }
      files.add(boards.file(found.location(), host, grants));
    }
    return files;
  }

  private List<String> wanted() {
    List<String> there = session.home().slugs();
    for (String slug : config.boards()) {
      if (!there.contains(slug)) {
        throw CliFailure.failed("There is no board '%s' in '%s'; there are: %s."
            .formatted(slug, session.home().root(), String.join(", ", there)));
      }
    }
    return config.boards().isEmpty() ? there : config.boards();
  }

  private boolean agrees(Boards.Found found) throws IOException {
    if (config.newBoards() != NewBoards.ASK) {
      return config.newBoards() == NewBoards.START;
    }
    String question =
        "Board '%s' was never dispatched by Talaria, and %d of its tasks would start now."
            .formatted(found.location().slug(), found.wouldStart());
    if (!session.terminal().interactive()) {
      session.err().println(question + " It is only watched; start with --dispatch to run them.");
      session.err().flush();
      return false;
    }
    session.err().print(question + " Start them? [y/N] ");
    session.err().flush();
    var in = new BufferedReader(
        new InputStreamReader(new FileInputStream(FileDescriptor.in), StandardCharsets.UTF_8));
    String answer = in.readLine();
    return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
  }

  static void tell(PrintWriter out, List<BoardFile> files) {
    for (BoardFile file : files) {
      out.printf(
          "board     %s  %s%s%n",
          file.key(), file.db(), file.grants() ? "" : "  (watched only: not dispatched)");
    }
  }
}
