package dev.talaria.cli.dlq;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.text.BoardJson;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.JsonOut;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "resend",
    footer = {
      "",
      "Example: talaria dlq resend 17 --note \"the launcher was upgraded\"",
      "         talaria dlq resend --reason \"not a BoardCommand\" --dry-run"
    })
final class DlqResend extends DlqMember {
  /** How often a record is put back unless somebody says otherwise: what comes back once comes back again. */
  static final int ONCE = 1;

  @Mixin
  private LetterChoice choice = new LetterChoice();

  @Option(
      names = "--times",
      paramLabel = "N",
      description = "How often one record may be put back. Default: 1.")
  private int times = ONCE;

  @Option(
      names = "--force",
      description =
          "Also what would be a dead letter again, was put back before, or has been dropped.")
  private boolean force;

  DlqResend(Session session) {
    super(session);
  }

  @Override
  void check() {
    choice.check(false);
    if (times < 1) {
      throw CliFailure.usage("--times is %d; expected at least 1.".formatted(times));
    }
  }

  @Override
  int run(DlqKafka kafka) {
    List<Letter> letters = choice.of(kafka.letters());
    var out = choice.asJson() ? new JsonOut.ArrayOut(session.out()) : null;
    var resending = new Resending(kafka.sources(), times, force);
    int refused = 0;
    try (RecordAt records = kafka.records();
        ActWriter acts = kafka.acts(session.author())) {
      for (Letter letter : letters) {
        Resending.Answer answer = resending.judge(letter, records.original(letter));
        ObjectNode node = BoardJson.object().put("letter", letter.position());
        if (answer instanceof Resending.May may) {
          resend(letter, may, acts, node);
        } else if (answer instanceof Resending.MayNot no) {
          refused++;
          complain("%d: %s: %s".formatted(letter.position(), letter.place(), no.why()));
          node.put("resent", false).put("why_not", no.why());
        }
        if (out != null) {
          out.add(node);
        }
      }
    } finally {
      if (out != null) {
        out.end();
      }
    }
    if (letters.isEmpty() && out == null) {
      say("No open dead letter is meant by that.");
    }
    return refused == 0 ? Exit.DONE : Exit.FAILED;
  }

  private void resend(Letter letter, Resending.May may, ActWriter acts, ObjectNode node) {
    String headers = may.original().fromSource() ? "" : ", without the headers that it had";
    if (choice.isDryRun()) {
      tell("%d: %s would be put back%s".formatted(letter.position(), letter.place(), headers));
      node.put("resent", false);
      return;
    }
    long now = session.surroundings().clock().millis();
    long sentAs = acts.resend(letter, may, choice.note(), now);
    tell("%d: %s was put back and stands at @%d%s"
        .formatted(letter.position(), letter.place(), sentAs, headers));
    node.put("resent", true).put("sent_as", sentAs).put("times", may.times());
  }

  private void tell(String line) {
    if (!choice.asJson()) {
      say("%s", line);
    }
  }
}
