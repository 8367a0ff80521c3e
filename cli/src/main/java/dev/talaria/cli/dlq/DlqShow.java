package dev.talaria.cli.dlq;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.JsonOut;
import dev.talaria.cli.text.Printable;
import dev.talaria.protocol.message.DeadLetterAct;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "show",
    footer = {"", "Example: talaria dlq show 17"})
final class DlqShow extends DlqMember {
  private static final int SHOWN_CHARS = 4_000;

  @Parameters(paramLabel = "LETTER", description = "Its number, as 'list' has it.")
  private String number = "";

  @Option(names = "--full", description = "All of the value, however long it is.")
  private boolean full;

  @Option(names = "--json", description = "Print one JSON object, with the value as base64 too.")
  private boolean json;

  DlqShow(Session session) {
    super(session);
  }

  @Override
  void check() {
    position(number);
  }

  @Override
  int run(DlqKafka kafka) {
    Letter letter = find(kafka.letters(), position(number));
    Optional<Original> original;
    try (RecordAt records = kafka.records()) {
      original = records.original(letter);
    }
    Resending.Answer answer =
        new Resending(kafka.sources(), DlqResend.ONCE, false).judge(letter, original);
    if (json) {
      say("%s", JsonOut.indented(json(letter, original.orElse(null), answer)));
      return Exit.DONE;
    }
    tell(letter, original.orElse(null), answer);
    return Exit.DONE;
  }

  private void tell(Letter letter, @Nullable Original original, Resending.Answer answer) {
    say("Dead letter %d, %s", letter.position(), letter.state());
    field("record", letter.place());
    field("key", letter.key() == null ? "none" : letter.key());
    field("size", letter.size() + " bytes");
    field("reason", letter.reason());
    field("put aside", stamp(letter.firstAt()));
    if (letter.positions().size() > 1) {
      field(
          "again",
          "%s; %d letters are about it"
              .formatted(stamp(letter.lastAt()), letter.positions().size()));
    }
    if (letter.resent() > 0) {
      field("came back", "after it had been put back %d times".formatted(letter.resent()));
    }
    letter.acts().forEach(act -> field(act.act().word(), words(act)));
    field(
        "resend",
        answer instanceof Resending.MayNot no ? "no: " + no.why() : "it would be read now");
    if (original == null) {
      say("Its value is not kept any more.");
      return;
    }
    for (Header header : original.headers()) {
      field("header", header.key() + ": " + text(header.value()));
    }
    value(letter, original);
  }

  private String words(DeadLetterAct act) {
    String sentAs = act.sentAs() == null ? "" : " as @" + act.sentAs();
    String why = act.note() == null ? "" : ": " + act.note();
    return "%s by %s on %s%s%s".formatted(stamp(act.at()), act.by(), act.host(), sentAs, why);
  }

  private void value(Letter letter, Original original) {
    byte[] value = original.value();
    if (value == null) {
      say("It has no value.");
      return;
    }
    JsonNode tree = original.whole() ? tree(value) : null;
    String shown = tree == null ? text(value) : JsonOut.indented(tree);
    boolean cut = !full && shown.length() > SHOWN_CHARS;
    say(
        "Value, %s%s:",
        tree == null ? "not JSON" : "as JSON",
        original.whole()
            ? ""
            : ", the first %d bytes of %d".formatted(value.length, letter.size()));
    Printable.block(cut ? shown.substring(0, SHOWN_CHARS) : shown)
        .lines()
        .forEach(line -> say("  %s", line));
    if (cut) {
      complain("Cut after %d of %d characters; --full shows all."
          .formatted(SHOWN_CHARS, shown.length()));
    }
  }

  private void field(String label, String text) {
    say("  %-10s %s", label, Printable.line(text));
  }

  private static String text(byte @Nullable [] bytes) {
    return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
  }

  private static @Nullable JsonNode tree(byte[] value) {
    try {
      JsonNode tree = JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readTree(new String(value, StandardCharsets.UTF_8));
      return tree.isContainerNode() ? tree : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private static ObjectNode json(
      Letter letter, @Nullable Original original, Resending.Answer answer) {
    ObjectNode node = letter.json();
    node.put("resendable", answer instanceof Resending.May);
    node.put("why_not", answer instanceof Resending.MayNot no ? no.why() : null);
    byte[] value = original == null ? null : original.value();
    node.put("value_whole", isWhole(original));
    node.put("value_base64", value == null ? null : Base64.getEncoder().encodeToString(value));
    node.set("value", value == null || !isWhole(original) ? null : tree(value));
    ObjectNode headers = node.putObject("headers");
    if (original != null) {
      List.of(original.headers().toArray())
          .forEach(header -> headers.put(header.key(), text(header.value())));
    }
    return node;
  }

  private static boolean isWhole(@Nullable Original original) {
    return original != null && original.whole();
  }
}
