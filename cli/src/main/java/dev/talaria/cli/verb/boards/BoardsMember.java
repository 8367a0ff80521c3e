package dev.talaria.cli.verb.boards;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.BoardStoreException;
import dev.talaria.board.InvalidRequestException;
import dev.talaria.board.home.BoardHome;
import dev.talaria.board.home.BoardKeeping;
import dev.talaria.board.home.Slugs;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.Printable;
import dev.talaria.cli.verb.TypedPath;
import java.util.Map;
import java.util.concurrent.Callable;

/** A verb about boards as a whole. {@code --board} and a pinned file mean nothing to it. */
abstract class BoardsMember implements Callable<Integer> {
  final Session session;

  BoardsMember(Session session) {
    this.session = session;
  }

  final BoardHome home() {
    session.remoteRun().ifPresent(run -> {
      throw run.refusal();
    });
    return session.home();
  }

  final BoardKeeping keeping() {
    return new BoardKeeping(home(), session.boardOptions());
  }

  /** The slug that was typed; a malformed or empty one ends the verb with 2. */
  static String slug(String typed) {
    try {
      return Slugs.normalise(typed)
          .orElseThrow(() -> CliFailure.usage("The board's name is empty; give a slug."));
    } catch (InvalidRequestException e) {
      throw CliFailure.usage(String.valueOf(e.getMessage()));
    }
  }

  /** The absolute path of one that was typed for the default directory; empty for a blank one. */
  final String absolute(String typed) {
    return typed.isBlank()
        ? ""
        : TypedPath.absolute("The default directory", typed.strip(), session.surroundings());
  }

  /** The board's metadata with what is found out about it. */
  final ObjectNode described(String slug) {
    ObjectNode json = home().metadata(slug).json().deepCopy();
    json.put("db_path", home().location(slug).database().toString());
    json.put("is_current", slug.equals(home().activeSlug()));
    Map<String, Long> counts = counts(slug);
    ObjectNode counted = json.putObject("counts");
    counts.forEach(counted::put);
    return json.put("total", counts.values().stream().mapToLong(Long::longValue).sum());
  }

  private Map<String, Long> counts(String slug) {
    try {
      return keeping().counts(slug);
    } catch (BoardStoreException e) {
      complain(String.valueOf(e.getMessage())); // one bad file must not hide the other boards
      return Map.of();
    }
  }

  final void say(String format, Object... values) {
    session.out().println(values.length == 0 ? format : format.formatted(values));
  }

  final void complain(String message) {
    session.err().println(Printable.message(message));
  }

  /** Says so when a board was chosen that another setting overrides. */
  final void warnIfOverridden(String chosen) {
    String active = home().activeSlug();
    if (!active.equals(chosen)) {
      complain("HERMES_KANBAN_BOARD is set here and goes on choosing '%s'.".formatted(active));
    }
    if (!session.surroundings().variable("HERMES_KANBAN_DB").isEmpty()) {
      complain("HERMES_KANBAN_DB is set here; verbs without --board go on using that file.");
    }
  }
}
