package dev.talaria.dispatcher.reply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.message.Reply;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PartsTest {
  private static final LauncherKey ASKER = new LauncherKey("beta", "main");

  private final Wire wire = new Wire();

  private Reply.Answer answerOf(int characters) {
    var random = new Random(3);
    var text = new StringBuilder(characters);
    for (int i = 0; i < characters; i++) {
      text.append((char) ('!' + random.nextInt(90)));
    }
    return new Reply.Answer(ASKER, "c1", true, null, wire.object().put("text", text.toString()));
  }

  @Test
  void shouldLeaveASmallReplyWhole() {
    Reply reply = answerOf(1_000);

    List<byte[]> messages = new Parts(wire).of(reply, "id");

    assertThat(messages).hasSize(1);
    assertThat(wire.decode(messages.get(0), Reply.class)).isEqualTo(reply);
  }

  @Test
  void shouldCutALargeReplyIntoPartsThatFitAndGiveItBack() {
    Reply reply = answerOf(3_000_000);

    List<byte[]> messages = new Parts(wire).of(reply, "id");

    assertThat(messages).hasSizeBetween(4, 6);
    var whole = new ByteArrayOutputStream();
    for (int i = 0; i < messages.size(); i++) {
      assertThat(messages.get(i)).hasSizeLessThanOrEqualTo(TopicCatalogue.MAX_MESSAGE_BYTES);
      Reply.Part part = (Reply.Part) wire.decode(messages.get(i), Reply.class);
      assertThat(part.index()).isEqualTo(i);
      assertThat(part.count()).isEqualTo(messages.size());
      assertThat(part.id()).isEqualTo("id");
      whole.writeBytes(Base64.getDecoder().decode(part.data()));
    }
    assertThat(wire.decode(whole.toByteArray(), Reply.class)).isEqualTo(reply);
  }
}
