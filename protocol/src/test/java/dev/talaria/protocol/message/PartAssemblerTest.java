package dev.talaria.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.message.Reply.BoardPlace;
import dev.talaria.protocol.message.Reply.Grant;
import dev.talaria.protocol.message.Reply.Part;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PartAssemblerTest {
  private static final LauncherKey ASKER = new LauncherKey("beta", "main");
  private static final int PIECE = 600_000;

  private final Wire wire = new Wire();
  private final PartAssembler assembler = new PartAssembler(wire);

  /** A grant whose context is 3 MB of text that is not plain ASCII. */
  private Grant grant() {
    return new Grant(
        ASKER,
        5,
        "instance",
        "claim-1",
        new BoardKey("alpha", "default").task("t_1").run(7),
        new Lane("coder"),
        "lock",
        wire.object().put("title", "large \u0000 one"),
        "\u00e4\u0000\uD83D\uDE00 ".repeat(350_000),
        new BoardPlace("alpha", "/r", "/r/kanban.db", "default", "/r/w", "/r/log"));
  }

  private List<Part> parts(Reply reply, String id) {
    byte[] whole = wire.encode(reply);
    assertThat(whole).hasSizeGreaterThan(3_000_000);
    int count = (whole.length + PIECE - 1) / PIECE;
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] piece = Arrays.copyOfRange(whole, i * PIECE, Math.min(whole.length, (i + 1) * PIECE));
      parts.add(new Part(ASKER, id, i, count, Base64.getEncoder().encodeToString(piece)));
    }
    return parts;
  }

  @Test
  void shouldPassAWholeReplyOn() {
    Reply reply = new Reply.Settled(ASKER, List.of("a"));

    assertThat(assembler.take(reply)).contains(reply);
  }

  @Test
  void shouldPutALargeGrantTogether() {
    List<Part> parts = parts(grant(), "one");
    for (Part part : parts.subList(0, parts.size() - 1)) {
      assertThat(assembler.take(part)).isEmpty();
    }

    assertThat(assembler.take(parts.get(parts.size() - 1))).contains(grant());
  }

  @Test
  void shouldPutPartsTogetherThatComeInAnyOrderBetweenOthersAndTwice() {
    List<Part> mixed = new ArrayList<>(parts(grant(), "one"));
    mixed.addAll(parts(grant(), "two"));
    mixed.add(mixed.get(0));
    Collections.shuffle(mixed, new Random(11));

    List<Reply> whole =
        mixed.stream().map(assembler::take).flatMap(Optional::stream).toList();

    assertThat(whole).hasSizeGreaterThanOrEqualTo(2).allMatch(grant()::equals);
  }

  @Test
  void shouldDropTheOldestOfTooManyUnfinishedSets() {
    List<Part> parts = parts(grant(), "first");
    assembler.take(parts.get(0));
    for (int i = 0; i < 64; i++) {
      assembler.take(new Part(ASKER, "unfinished-" + i, 0, 2, ""));
    }

    for (Part part : parts.subList(1, parts.size())) {
      assertThat(assembler.take(part)).isEmpty();
    }
  }

  @Test
  void shouldRefusePartsThatCannotBe() {
    assertThatThrownBy(() -> assembler.take(new Part(ASKER, "x", 2, 2, "")))
        .isInstanceOf(MalformedMessageException.class);
    assertThatThrownBy(() -> assembler.take(new Part(ASKER, "x", 0, 1_000_000, "")))
        .isInstanceOf(MalformedMessageException.class);
    assertThatThrownBy(() -> assembler.take(new Part(ASKER, "y", 0, 1, "not base64!")))
        .isInstanceOf(MalformedMessageException.class);
    assembler.take(new Part(ASKER, "z", 0, 3, ""));
    assertThatThrownBy(() -> assembler.take(new Part(ASKER, "z", 1, 2, "")))
        .isInstanceOf(MalformedMessageException.class);
  }
}
