package dev.talaria.cli.dlq;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.text.BoardJson;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Bad records of one topic that are bad for the same reason but for numbers, names and quoted text in it.
 *
 * @param kind the reason without those
 * @param letters never empty
 */
record LetterGroup(String topic, String kind, List<Letter> letters) {
  private static final Pattern QUOTED = Pattern.compile("'[^']*'|\"[^\"]*\"");
  private static final Pattern NUMBER = Pattern.compile("\\b(?=[0-9a-f]*[0-9])[0-9a-f]+\\b");
  private static final int LONGEST_KIND = 160;

  LetterGroup {
    letters = List.copyOf(letters);
  }

  /** The groups, the one that grew last first. */
  static List<LetterGroup> of(List<Letter> letters) {
    Map<List<String>, List<Letter>> groups = new LinkedHashMap<>();
    letters.forEach(letter -> groups
        .computeIfAbsent(
            List.of(letter.id().topic(), kindOf(letter.reason())), key -> new ArrayList<>())
        .add(letter));
    List<LetterGroup> all = new ArrayList<>();
    groups.forEach((key, members) -> all.add(new LetterGroup(key.get(0), key.get(1), members)));
    all.sort(Comparator.comparingLong(LetterGroup::lastAt).reversed());
    return all;
  }

  static String kindOf(String reason) {
    String kind = NUMBER.matcher(QUOTED.matcher(reason).replaceAll("'…'")).replaceAll("N");
    return kind.length() <= LONGEST_KIND ? kind : kind.substring(0, LONGEST_KIND);
  }

  long firstAt() {
    return letters.stream().mapToLong(Letter::firstAt).min().orElse(0);
  }

  long lastAt() {
    return letters.stream().mapToLong(Letter::lastAt).max().orElse(0);
  }

  /** The newest one's own reason, to show instead of the kind. */
  String example() {
    return letters.stream()
        .max(Comparator.comparingLong(Letter::lastAt))
        .map(Letter::reason)
        .orElse(kind);
  }

  ObjectNode json() {
    ObjectNode node = BoardJson.object()
        .put("topic", topic)
        .put("reason", kind)
        .put("example", example())
        .put("records", letters.size())
        .put("first_at", firstAt())
        .put("last_at", lastAt());
    ArrayNode ids = node.putArray("letters");
    letters.forEach(letter -> ids.add(letter.position()));
    return node;
  }
}
