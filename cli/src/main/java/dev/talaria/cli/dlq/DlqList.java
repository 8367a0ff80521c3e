package dev.talaria.cli.dlq;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.text.BoardJson;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.JsonOut;
import dev.talaria.cli.text.Table;
import dev.talaria.cli.verb.Moments;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "list",
    footer = {
      "",
      "Example: talaria dlq list --since 24h",
      "         talaria dlq list --each --topic commands"
    })
final class DlqList extends DlqMember {
  private static final int SHOWN_NUMBERS = 4;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description =
          "Only what was put aside since then: 24h (ago), 2026-03-01T18:30 or epoch seconds.")
  private @Nullable String since;

  @Option(names = "--topic", paramLabel = "TOPIC", description = "Only what came from this topic.")
  private @Nullable String topic;

  @Option(names = "--all", description = "Those too about which something was done.")
  private boolean all;

  @Option(names = "--each", description = "One line for each record, not for each reason.")
  private boolean each;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  DlqList(Session session) {
    super(session);
  }

  @Override
  void check() {
    LetterChoice.refuseBlank("--topic", topic);
    sinceMillis();
  }

  @Override
  int run(DlqKafka kafka) {
    List<Letter> known = kafka.letters();
    List<Letter> shown = known.stream().filter(this::isWanted).toList();
    if (json) {
      say(JsonOut.indented(json(known, shown)));
    } else if (shown.isEmpty()) {
      say("%s", nothing(known));
    } else {
      (each ? table(shown) : groups(shown)).lines().forEach(line -> say("%s", line));
      say("");
      say("%s", summary(known));
      say("One of them: talaria dlq show %d", shown.get(shown.size() - 1).position());
    }
    return Exit.DONE;
  }

  private String nothing(List<Letter> known) {
    if (known.isEmpty()) {
      return "There are no dead letters.";
    }
    boolean narrowed = topic != null || since != null;
    return "%s %s"
        .formatted(
            narrowed ? "No dead letter is meant by that." : "No dead letter is open.",
            summary(known));
  }

  private boolean isWanted(Letter letter) {
    Long from = sinceMillis();
    return (all || letter.isOpen())
        && (topic == null || LetterChoice.isTopic(letter.id().topic(), topic))
        && (from == null || letter.lastAt() >= from);
  }

  private @Nullable Long sinceMillis() {
    return since == null
        ? null
        : Long.valueOf(Moments.past(
                "--since",
                since,
                session.surroundings().clock().instant(),
                session.surroundings().zone())
            * 1_000);
  }

  private static String summary(List<Letter> known) {
    long open = known.stream().filter(Letter::isOpen).count();
    long resent = known.stream().filter(it -> it.state().equals("resent")).count();
    long dropped = known.size() - open - resent;
    return "%d open, %d put back, %d dropped within the 30 days that they are kept."
        .formatted(open, resent, dropped);
  }

  private Table groups(List<Letter> letters) {
    var table =
        new Table(session.terminal(), "RECORDS", "TOPIC", "FIRST", "LAST", "LETTERS", "REASON");
    for (LetterGroup group : LetterGroup.of(letters)) {
      table.row(
          Integer.toString(group.letters().size()),
          group.topic(),
          stamp(group.firstAt()),
          stamp(group.lastAt()),
          numbers(group.letters()),
          group.example());
    }
    return table;
  }

  private static String numbers(List<Letter> letters) {
    String first = letters.stream()
        .limit(SHOWN_NUMBERS)
        .map(letter -> Long.toString(letter.position()))
        .collect(Collectors.joining(" "));
    return letters.size() <= SHOWN_NUMBERS ? first : first + " ...";
  }

  private Table table(List<Letter> letters) {
    var table = new Table(
        session.terminal(), "LETTER", "STATE", "LAST", "RECORD", "BYTES", "KEY", "REASON");
    for (Letter letter : letters) {
      table.row(
          Long.toString(letter.position()),
          letter.isOpen() && letter.resent() > 0 ? "came back" : letter.state(),
          stamp(letter.lastAt()),
          letter.place(),
          Integer.toString(letter.size()),
          letter.key() == null ? "-" : letter.key(),
          letter.reason());
    }
    return table;
  }

  private ObjectNode json(List<Letter> known, List<Letter> shown) {
    ObjectNode node = BoardJson.object()
        .put("open", known.stream().filter(Letter::isOpen).count())
        .put("known", known.size());
    if (each) {
      ArrayNode letters = node.putArray("letters");
      shown.forEach(letter -> letters.add(letter.json()));
    } else {
      ArrayNode groups = node.putArray("groups");
      LetterGroup.of(shown).forEach(group -> groups.add(group.json()));
    }
    return node;
  }
}
