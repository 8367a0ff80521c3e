package dev.talaria.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.id.RunKey;
import dev.talaria.protocol.policy.FailureClass;
import dev.talaria.protocol.policy.Ladder;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class WireTest {
  private static final String BLOCK =
      "{'kind':'block','command_id':'c1','asker':'h/launcher/m','run':'h/b#t_1#1','reason':'r'}";

  private final Wire wire = new Wire();

  /** Every golden file of a message, with each of its top-level components that must be there. */
  static Stream<Arguments> requiredFields() {
    List<Arguments> all = new ArrayList<>();
    Samples.all().forEach((name, value) -> {
      if (value instanceof Message) {
        for (RecordComponent component : value.getClass().getRecordComponents()) {
          if (!component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
            all.add(Arguments.of(name, snake(component.getName())));
          }
        }
      }
    });
    return all.stream();
  }

  static Stream<Arguments> optionalFields() {
    List<Arguments> all = new ArrayList<>();
    Samples.all().forEach((name, value) -> {
      if (value instanceof Message) {
        for (RecordComponent component : value.getClass().getRecordComponents()) {
          if (component.getAnnotatedType().isAnnotationPresent(Nullable.class)
              && !isNeededBy(value, component.getName())) {
            all.add(Arguments.of(name, snake(component.getName())));
          }
        }
      }
    });
    return all.stream();
  }

  /** An order's target is missing in one about everything, and in no other. */
  private static boolean isNeededBy(Object value, String component) {
    return value instanceof StandingOrder order
        && order.target() != null
        && component.equals("target");
  }

  @Test
  void shouldRefuseAnOrderAboutALauncherThatIsNotNamed() throws IOException {
    ObjectNode tree = golden("standing-order-drain");
    tree.remove("target");

    assertThatThrownBy(() -> decode(tree, "standing-order-drain"))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("An order about 'launcher' needs a target");
  }

  @ParameterizedTest(name = "{0} without {1}")
  @MethodSource("requiredFields")
  void shouldRefuseAMissingRequiredField(String name, String field) throws IOException {
    ObjectNode tree = golden(name);
    tree.remove(field);

    assertThatThrownBy(() -> decode(tree, name))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining(type(name).getSimpleName())
        .hasMessageContaining("'" + field + "'");
  }

  @ParameterizedTest(name = "{0} with {1}: null")
  @MethodSource("requiredFields")
  void shouldRefuseNullInARequiredField(String name, String field) throws IOException {
    ObjectNode tree = golden(name);
    tree.putNull(field);

    assertThatThrownBy(() -> decode(tree, name))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageStartingWith("not a " + type(name).getSimpleName());
  }

  @ParameterizedTest(name = "{0} without {1}")
  @MethodSource("optionalFields")
  void shouldReadAnAbsentOrNullOptionalFieldAsNull(String name, String field) throws IOException {
    ObjectNode absent = golden(name);
    absent.remove(field);
    ObjectNode isNull = golden(name);
    isNull.putNull(field);

    Message message = decode(absent, name);

    assertThat(decode(isNull, name)).isEqualTo(message);
    assertThat(wire.mapper().readTree(wire.encode(message)).has(field))
        .as("absent instead of null")
        .isFalse();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.talaria.protocol.message.GoldenFilesTest#samples")
  void shouldIgnoreUnknownFields(Map.Entry<String, Object> sample) throws IOException {
    ObjectNode tree = golden(sample.getKey());
    tree.put("v", 2).put("from_the_future", true).putObject("more").put("x", 1);

    Class<?> type = sample.getValue() instanceof Message
        ? type(sample.getKey())
        : sample.getValue().getClass();
    Object decoded = wire.view(tree, type);

    assertThat(decoded).isEqualTo(sample.getValue());
  }

  @Test
  void shouldReadUnknownKindsAsUnrecognized() {
    assertThat(decode("{'kind':'drain','command_id':'c9','x':1}", BoardCommand.class))
        .isEqualTo(new BoardCommand.Unrecognized("c9", "drain"));
    assertThat(decode("{'kind':'recall','asker':'h/launcher/m','x':1}", Reply.class))
        .isEqualTo(new Reply.Unrecognized(LauncherKey.parse("h/launcher/m"), "recall"));
    assertThat(decode("{'kind':'console','x':1}", Presence.class))
        .isEqualTo(new Presence.Unrecognized("console"));
  }

  @Test
  void shouldKeepKindsOfTransitionsThatItDoesNotKnow() {
    Transition transition = decode(
        "{'board':'h/b','lineage':1,'event':2,'task':'t_1','kind':'newer_than_us','at':3,"
            + "'payload':{'deep':{'er':[1,null,'x']}}}",
        Transition.class);

    assertThat(transition.kind()).isEqualTo("newer_than_us");
    assertThat(json(wire.encode(transition)).at("/payload/deep/er/2").asText()).isEqualTo("x");
  }

  @Test
  void shouldRefuseToEncodeAnUnknownKind() {
    List<Message> unknown = List.of(
        new BoardCommand.Unrecognized("c9", "drain"),
        new Reply.Unrecognized(LauncherKey.parse("h/launcher/m"), "recall"),
        new Presence.Unrecognized("console"));

    assertThat(unknown)
        .allSatisfy(message -> assertThatThrownBy(() -> wire.encode(message))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("never sent"));
  }

  @Test
  void shouldNotWriteWhatIsNotAComponent() {
    Transition transition = decode(
        "{'board':'h/b','lineage':1,'event':2,'task':'t_1','kind':'created','at':3}",
        Transition.class);

    assertThat(json(wire.encode(transition)).fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("v", "board", "lineage", "event", "task", "kind", "at");
  }

  @ParameterizedTest(name = "{0} is refused with: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "''                         | No content",
        "'   '                      | No content",
        "null                       | is null",
        "nonsense                   | Unrecognized token 'nonsense'",
        "{'kind':'block'            | Unexpected end-of-input",
        "[]                         | START_ARRAY",
        "5                          | Number value (5)",
        "{}                         | 'command_id'",
        "{'command_id':'c'}         | 'kind'",
        "{'command_id':'c','kind':null} | kind"
      },
      quoteCharacter = '"')
  void shouldSayWhatIsWrongWithTheBytes(String text, String reason) {
    String bytes = text.equals("''") ? "" : text.equals("'   '") ? "   " : text;

    assertThatThrownBy(() -> decode(bytes, BoardCommand.class))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("BoardCommand")
        .hasMessageContaining(reason)
        .message()
        .doesNotContain("\n");
  }

  @Test
  void shouldRefuseARecordWithoutValue() {
    assertThatThrownBy(() -> wire.decode(null, Offer.class))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessage("a Offer has no value");
  }

  @Test
  void shouldRefuseTrailingBytes() {
    assertThatThrownBy(() -> decode(BLOCK + " {'kind':'block'}", BoardCommand.class))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("railing");
    assertThatThrownBy(() -> decode(BLOCK + "x", BoardCommand.class))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void shouldRefuseBytesThatAreNotText() {
    byte[] bytes = {0, (byte) 0xff, (byte) 0xfe, 17, 0};

    assertThatThrownBy(() -> wire.decode(bytes, BoardCommand.class))
        .isInstanceOf(MalformedMessageException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'asker':'h/launcher/m' | 'asker':'h/m'      | not a launcher",
        "'run':'h/b#t_1#1'      | 'run':'h/b#t_1'    | not a",
        "'run':'h/b#t_1#1'      | 'run':'h/b#t_1#01' | not a run key",
        "'run':'h/b#t_1#1'      | 'run':'h/B!#t_1#1' | not a board slug",
        "'reason':'r'           | 'reason':{}        | String"
      },
      quoteCharacter = '"')
  void shouldSayWhichValueIsWrong(String right, String wrong, String reason) {
    assertThatThrownBy(() -> decode(BLOCK.replace(right, wrong), BoardCommand.class))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void shouldRefuseNullInsideListsAndMaps() {
    String beat = "{'kind':'launcher','launcher':'h/launcher/m','instance':'i','incarnation':1,"
        + "'started_at':1,'slots':1,'free':1,'lanes':%s,'runs':[],'labels':%s,'version':'1',"
        + "'farewell':false,'at':1}";

    assertThat(decode(beat.formatted("['a']", "{}"), Presence.class))
        .isInstanceOf(Presence.LauncherBeat.class);
    assertThatThrownBy(() -> decode(beat.formatted("[null]", "{}"), Presence.class))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("lanes");
    assertThatThrownBy(() -> decode(beat.formatted("[]", "{'zone':null}"), Presence.class))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("labels");
  }

  @Test
  void shouldRefuseALadderThatIsNone() {
    assertThatThrownBy(() -> wire.view(json("{'a':'b','b':'a'}"), Ladder.class))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("circle");
  }

  @Test
  void shouldRefuseNullAndNumbersAsAWordOfAPayload() {
    assertThatThrownBy(() -> wire.view(json("null"), FailureClass.class))
        .isInstanceOf(MalformedMessageException.class);
    assertThatThrownBy(() -> wire.view(json("0"), FailureClass.class))
        .isInstanceOf(MalformedMessageException.class);
    assertThatThrownBy(() -> wire.view(json("'unheard'"), FailureClass.class))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("unheard");
    assertThat(wire.view(json("'Task'"), FailureClass.class)).isEqualTo(FailureClass.TASK);
  }

  @Test
  void shouldCarryHugeAndOddText() {
    String text = "\u0000\uD83D\uDE00\u2028\"\\\n".repeat(5 * 1024 * 1024 / 7);
    var block = new BoardCommand.Block(
        "c1", LauncherKey.parse("h/launcher/m"), RunKey.parse("h/b#t_1#1"), text);

    BoardCommand decoded = wire.decode(wire.encode(block), BoardCommand.class);

    assertThat(decoded.equals(block)).isTrue();
  }

  @Test
  void shouldCarryAHalfOfASurrogatePair() {
    // a payload may hold one as an escape, and a text that was cut may end in one
    var block = new BoardCommand.Block(
        "c1", LauncherKey.parse("h/launcher/m"), RunKey.parse("h/b#t_1#1"), "cut \uD83D");

    assertThat(wire.decode(wire.encode(block), BoardCommand.class))
        .isInstanceOf(BoardCommand.Block.class);
  }

  @Test
  void shouldReadAnUnreadablePayloadAsAbsent() {
    assertThat(wire.objectOrNull(null)).isNull();
    assertThat(wire.objectOrNull("  ")).isNull();
    assertThat(wire.objectOrNull("[1]")).isNull();
    assertThat(wire.objectOrNull("\"text\"")).isNull();
    assertThat(wire.objectOrNull("{\"a\":")).isNull();
    assertThat(wire.objectOrNull("[".repeat(100_000))).isNull();
    assertThat(wire.objectOrNull("{\"a\":1}")).isEqualTo(json("{'a':1}"));
  }

  @Test
  void shouldKeepTheStartOfADeadValueAndItsSize() {
    byte[] value = new byte[DeadLetter.KEPT_BYTES + 5];

    DeadLetter letter = DeadLetter.of("t", 0, 1, "why", null, value, 2);
    DeadLetter none = DeadLetter.of("t", 0, 1, "why", "k", null, 2);

    assertThat(java.util.Base64.getDecoder().decode(letter.value())).hasSize(DeadLetter.KEPT_BYTES);
    assertThat(letter.size()).isEqualTo(DeadLetter.KEPT_BYTES + 5);
    assertThat(none.value()).isNull();
    assertThat(none.size()).isZero();
  }

  @Test
  void shouldSayWhatIsWrongWithoutWhatJacksonKeepsToItself() {
    byte[] half = "{\"kind\":".getBytes(java.nio.charset.StandardCharsets.UTF_8);

    assertThatThrownBy(() -> new Wire().decode(half, BoardCommand.class))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessage("not a BoardCommand: Unexpected end-of-input within/between Object entries");
  }

  @Test
  void shouldVisitEachCommandAsItself() {
    BoardCommand.Visitor<Object> itself = new Itself();

    Samples.all().values().stream()
        .filter(BoardCommand.class::isInstance)
        .map(BoardCommand.class::cast)
        .forEach(command -> assertThat(command.accept(itself)).isSameAs(command));
    var unknown = new BoardCommand.Unrecognized("c9", "drain");
    assertThat(unknown.<Object>accept(itself)).isSameAs(unknown);
  }

  private Message decode(ObjectNode tree, String name) throws IOException {
    return wire.decode(wire.mapper().writeValueAsBytes(tree), type(name));
  }

  private <T extends Message> T decode(String quoted, Class<T> type) {
    return wire.decode(quoted.replace('\'', '"').getBytes(StandardCharsets.UTF_8), type);
  }

  private JsonNode json(byte[] bytes) {
    return json(new String(bytes, StandardCharsets.UTF_8));
  }

  private JsonNode json(String quoted) {
    try {
      return wire.mapper().readTree(quoted.indexOf('"') < 0 ? quoted.replace('\'', '"') : quoted);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private ObjectNode golden(String name) throws IOException {
    return (ObjectNode)
        wire.mapper().readTree(Files.readAllBytes(GoldenFilesTest.GOLDEN.resolve(name + ".json")));
  }

  private static Class<? extends Message> type(String name) {
    return GoldenFilesTest.topicType(Samples.all().get(name).getClass());
  }

  static String snake(String name) {
    return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  private static final class Itself implements BoardCommand.Visitor<Object> {
    @Override
    public Object claim(BoardCommand.Claim claim) {
      return claim;
    }

    @Override
    public Object started(BoardCommand.Started started) {
      return started;
    }

    @Override
    public Object exited(BoardCommand.Exited exited) {
      return exited;
    }

    @Override
    public Object neverStarted(BoardCommand.NeverStarted neverStarted) {
      return neverStarted;
    }

    @Override
    public Object heartbeat(BoardCommand.Heartbeat heartbeat) {
      return heartbeat;
    }

    @Override
    public Object comment(BoardCommand.Comment comment) {
      return comment;
    }

    @Override
    public Object complete(BoardCommand.Complete complete) {
      return complete;
    }

    @Override
    public Object block(BoardCommand.Block block) {
      return block;
    }

    @Override
    public Object create(BoardCommand.Create create) {
      return create;
    }

    @Override
    public Object link(BoardCommand.Link link) {
      return link;
    }

    @Override
    public Object verb(BoardCommand.Verb verb) {
      return verb;
    }

    @Override
    public Object unrecognized(BoardCommand.Unrecognized unrecognized) {
      return unrecognized;
    }
  }
}
