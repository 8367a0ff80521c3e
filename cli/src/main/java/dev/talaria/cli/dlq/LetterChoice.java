package dev.talaria.cli.dlq;

import dev.talaria.cli.CliFailure;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which letters something is to be done about: those that are named, or all open ones that are alike. */
final class LetterChoice {
  @Parameters(
      paramLabel = "LETTER",
      arity = "0..*",
      description = "Their numbers, as 'list' has them.")
  private List<String> numbers = List.of();

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "All open ones whose reason has this in it.")
  private @Nullable String reason;

  @Option(names = "--topic", paramLabel = "TOPIC", description = "All open ones of this topic.")
  private @Nullable String topic;

  @Option(
      names = {"--note", "--reason-text"},
      paramLabel = "TEXT",
      description = "Why, for the record.")
  private @Nullable String note;

  @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print a JSON array.")
  private boolean json;

  @Nullable
  String note() {
    return note;
  }

  boolean isDryRun() {
    return dryRun;
  }

  boolean asJson() {
    return json;
  }

  /** @param otherwise whether the verb has another way to say which are meant, and it was used */
  void check(boolean otherwise) {
    refuseBlank("--reason", reason);
    refuseBlank("--topic", topic);
    boolean filtered = reason != null || topic != null || otherwise;
    if (numbers.isEmpty() && !filtered) {
      throw CliFailure.usage(
          "Say which: their numbers, or all that are alike with --reason or --topic.");
    }
    if (!numbers.isEmpty() && filtered) {
      throw CliFailure.usage("Give either numbers or a filter, not both.");
    }
    numbers.forEach(DlqMember::position);
  }

  /** An empty text, of a variable that is not set as a rule, would mean them all. */
  static void refuseBlank(String option, @Nullable String text) {
    if (text != null && text.isBlank()) {
      throw CliFailure.usage("%s is empty; say which, or leave it out.".formatted(option));
    }
  }

  /** Those that are meant. */
  List<Letter> of(List<Letter> all) {
    if (numbers.isEmpty()) {
      return all.stream().filter(Letter::isOpen).filter(this::isMeant).toList();
    }
    List<Letter> chosen = new ArrayList<>();
    for (String number : new LinkedHashSet<>(numbers)) {
      Letter letter = DlqMember.find(all, DlqMember.position(number));
      if (!chosen.contains(letter)) {
        chosen.add(letter);
      }
    }
    return chosen;
  }

  private boolean isMeant(Letter letter) {
    return (reason == null || has(letter.reason(), reason))
        && (topic == null || isTopic(letter.id().topic(), topic));
  }

  /** With or without the fleet's prefix. */
  static boolean isTopic(String full, String typed) {
    return full.equals(typed) || full.endsWith("." + typed);
  }

  private static boolean has(String text, String part) {
    return text.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
  }
}
