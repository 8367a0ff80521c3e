package dev.talaria.dispatcher.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.board.Tx;
import dev.talaria.board.dispatch.CommandLog;
import dev.talaria.board.dispatch.CommandLog.Applied;
import dev.talaria.protocol.message.BoardCommand.Verb;
import dev.talaria.protocol.message.Wire;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** What the board remembers of verbs, by command id: outcomes, and those that were begun aside. */
final class VerbLog {
  private static final String KIND = "verb";
  private static final String DONE = "done";
  private static final String BEGUN = "begun";

  private final Wire wire;

  VerbLog(Wire wire) {
    this.wire = wire;
  }

  /** What is known of a command. */
  sealed interface Known {}

  /** It came to this. */
  record Done(VerbOutcome outcome) implements Known {}

  /** It was begun, and nobody has noted its end. */
  record Begun() implements Known {}

  /** The id belongs to another command. */
  record Another() implements Known {}

  Optional<Known> find(Tx tx, Verb verb) {
    return CommandLog.find(tx, verb.commandId()).map(applied -> known(applied, verb));
  }

  private Known known(Applied applied, Verb verb) {
    ObjectNode detail = wire.objectOrNull(applied.detail());
    if (detail == null
        || !applied.kind().equals(KIND)
        || !detail.path("digest").asText().equals(digest(verb))) {
      return new Another();
    }
    return applied.outcome().equals(BEGUN)
        ? new Begun()
        : new Done(new VerbOutcome(
            detail.path("exit").asInt(),
            detail.path("out").asText(),
            detail.path("err").asText()));
  }

  void done(Tx tx, Verb verb, VerbOutcome outcome) {
    CommandLog.record(tx, verb.commandId(), KIND, DONE, detail(verb, outcome), null);
  }

  void begun(Tx tx, Verb verb) {
    String detail = wire.object().put("digest", digest(verb)).toString();
    CommandLog.record(tx, verb.commandId(), KIND, BEGUN, detail, null);
  }

  void finished(Tx tx, Verb verb, VerbOutcome outcome) {
    CommandLog.finish(tx, verb.commandId(), BEGUN, DONE, detail(verb, outcome));
  }

  private String detail(Verb verb, VerbOutcome outcome) {
    return wire.object()
        .put("digest", digest(verb))
        .put("exit", outcome.exit())
        .put("out", outcome.out())
        .put("err", outcome.err())
        .toString();
  }

  /** Of the arguments and who speaks: what makes two commands the same. */
  private String digest(Verb verb) {
    ObjectNode said = wire.object().put("author", verb.author());
    said.set("arguments", wire.tree(verb.arguments()));
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256")
          .digest(said.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 12);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
