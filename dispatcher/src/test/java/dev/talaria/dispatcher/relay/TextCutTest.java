package dev.talaria.dispatcher.relay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.protocol.message.Wire;
import org.junit.jupiter.api.Test;

class TextCutTest {
  private final Wire wire = new Wire();
  private final ObjectNode truncated = wire.object();

  private ObjectNode cut(ObjectNode object, int kept) {
    TextCut.apply(object, "task.", kept, truncated);
    return object;
  }

  @Test
  void shouldLeaveWhatFits() {
    ObjectNode object = wire.object().put("body", "x".repeat(100)).put("n", 7).putNull("none");

    assertThat(cut(object.deepCopy(), 100)).isEqualTo(object);
    assertThat(truncated).isEmpty();
  }

  @Test
  void shouldCutATextAndNoteItsLength() {
    ObjectNode object = cut(wire.object().put("body", "x".repeat(101)).put("title", "t"), 100);

    assertThat(object.path("body").asText()).hasSize(100);
    assertThat(object.path("title").asText()).isEqualTo("t");
    assertThat(truncated.path("task.body").asInt()).isEqualTo(101);
    assertThat(truncated).hasSize(1);
  }

  @Test
  void shouldNotCutAPairOfSurrogatesApart() {
    ObjectNode object = cut(wire.object().put("body", "x".repeat(99) + "\uD83D\uDE00" + "y"), 100);

    assertThat(object.path("body").asText()).isEqualTo("x".repeat(99));
  }

  @Test
  void shouldKeepNulCharacters() {
    ObjectNode object = cut(wire.object().put("body", "\0".repeat(200)), 100);

    assertThat(object.path("body").asText()).isEqualTo("\0".repeat(100));
  }

  @Test
  void shouldCutALargeTreeToText() {
    ObjectNode object = wire.object();
    object.putArray("list").add("x".repeat(500));

    cut(object, 100);

    assertThat(object.path("list").isTextual()).isTrue();
    assertThat(object.path("list").asText()).hasSize(100).startsWith("[\"xx");
    assertThat(truncated.path("task.list").asInt()).isEqualTo(504);
  }
}
