package dev.talaria.cli.dlq;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.text.BoardJson;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.JsonOut;
import dev.talaria.cli.verb.Moments;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "drop",
    footer = {
      "",
      "Example: talaria dlq drop 17 --note \"another program wrote to our topic\"",
      "         talaria dlq drop --before 2026-03-01",
      "The letters stay for as long as the topic keeps them; they are not counted any more."
    })
final class DlqDrop extends DlqMember {
  @Mixin
  private LetterChoice choice = new LetterChoice();

  @Option(
      names = "--before",
      paramLabel = "TIME",
      description =
          "All open ones that were put aside last before this time: 2026-03-01, 2026-03-01T18:30, or 7d for that long ago.")
  private @Nullable String before;

  DlqDrop(Session session) {
    super(session);
  }

  @Override
  void check() {
    choice.check(before != null);
    beforeMillis();
  }

  @Override
  int run(DlqKafka kafka) {
    Long limit = beforeMillis();
    List<Letter> letters = choice.of(kafka.letters()).stream()
        .filter(letter -> limit == null || letter.lastAt() < limit)
        .toList();
    List<Letter> open = letters.stream().filter(Letter::isOpen).toList();
    if (!choice.isDryRun() && !open.isEmpty()) {
      try (ActWriter acts = kafka.acts(session.author())) {
        acts.drop(open, choice.note(), session.surroundings().clock().millis());
      }
    }
    tell(letters);
    return Exit.DONE;
  }

  private void tell(List<Letter> letters) {
    if (choice.asJson()) {
      var out = new JsonOut.ArrayOut(session.out());
      letters.forEach(letter -> out.add(json(letter)));
      out.end();
      return;
    }
    for (Letter letter : letters) {
      String done = !letter.isOpen()
          ? "was %s already".formatted(letter.state())
          : choice.isDryRun() ? "would be dropped" : "dropped";
      say("%d: %s, %s", letter.position(), letter.place(), done);
    }
    if (letters.isEmpty()) {
      say("No open dead letter is meant by that.");
    }
  }

  private ObjectNode json(Letter letter) {
    return BoardJson.object()
        .put("letter", letter.position())
        .put("dropped", letter.isOpen() && !choice.isDryRun())
        .put("state", letter.isOpen() && !choice.isDryRun() ? "dropped" : letter.state());
  }

  private @Nullable Long beforeMillis() {
    return before == null
        ? null
        : Long.valueOf(Moments.past(
                "--before",
                before,
                session.surroundings().clock().instant(),
                session.surroundings().zone())
            * 1_000);
  }
}
