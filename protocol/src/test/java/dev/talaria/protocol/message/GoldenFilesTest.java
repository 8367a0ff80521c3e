package dev.talaria.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each message has exactly the form that its golden file shows; a change of a file is a change of what travels. */
class GoldenFilesTest {
  static final Path GOLDEN = Path.of("src/test/resources/golden");

  private final JsonMapper mapper = new Wire().mapper();

  static Stream<Map.Entry<String, Object>> samples() {
    return Samples.all().entrySet().stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("samples")
  void shouldEncodeAsTheGoldenFile(Map.Entry<String, Object> sample) throws IOException {
    Object value = sample.getValue();
    byte[] encoded = value instanceof Message message
        ? new Wire().encode(message)
        : mapper.writeValueAsBytes(value);

    assertThat(mapper.readTree(encoded)).isEqualTo(golden(sample.getKey()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("samples")
  void shouldDecodeTheGoldenFileToAnEqualValue(Map.Entry<String, Object> sample)
      throws IOException {
    Object value = sample.getValue();
    byte[] file = Files.readAllBytes(file(sample.getKey()));

    Object decoded = value instanceof Message
        ? new Wire().decode(file, topicType(value.getClass()))
        : mapper.readValue(file, value.getClass());

    assertThat(decoded).isEqualTo(value);
  }

  @Test
  void shouldHaveASampleForEveryGoldenFile() throws IOException {
    try (Stream<Path> files = Files.list(GOLDEN)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              Samples.all().keySet().stream().map(name -> name + ".json").toList());
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {BoardCommand.class, Reply.class, Presence.class, FleetTable.class})
  void shouldRegisterAndShowEveryKind(Class<?> sealed) {
    Set<Class<?>> permitted = permitted(sealed)
        .filter(type -> !Unrecognizable.class.isAssignableFrom(type))
        .collect(Collectors.toSet());
    List<JsonSubTypes.Type> registered =
        List.of(sealed.getAnnotation(JsonSubTypes.class).value());
    Set<Class<?>> kinds = new HashSet<>();
    registered.forEach(type -> kinds.add(type.value()));
    Set<Class<?>> shown = new HashSet<>();
    samples().forEach(sample -> shown.add(sample.getValue().getClass()));

    assertThat(kinds).as("kinds in @JsonSubTypes").isEqualTo(permitted);
    assertThat(registered.stream().map(JsonSubTypes.Type::name)).doesNotHaveDuplicates();
    assertThat(shown.containsAll(permitted))
        .as("kinds with a golden file: %s", shown)
        .isTrue();
  }

  private static Stream<Class<?>> permitted(Class<?> sealed) {
    return Arrays.stream(sealed.getPermittedSubclasses())
        .flatMap(type -> type.isInterface() ? permitted(type) : Stream.of(type));
  }

  @Test
  void shouldShowEveryActionOfADecision() {
    Set<String> decisions = samples()
        .filter(sample -> sample.getValue() instanceof Decision)
        .map(sample -> ((Decision) sample.getValue()).verdict().action().name())
        .collect(Collectors.toCollection(TreeSet::new));

    assertThat(decisions).containsExactly("BLOCK", "ESCALATE", "GIVE_UP", "RETRY");
  }

  @Test
  void shouldFillEveryFieldInSomeGoldenFile() {
    Map<Class<?>, List<Object>> byType =
        samples().map(Map.Entry::getValue).collect(Collectors.groupingBy(Object::getClass));

    byType.forEach((type, values) -> {
      Set<String> filled = new HashSet<>();
      for (Object value : values) {
        JsonNode tree = mapper.valueToTree(value);
        tree.fieldNames().forEachRemaining(filled::add);
      }
      for (var component : type.getRecordComponents()) {
        assertThat(filled)
            .as(type.getSimpleName() + "." + component.getName() + " in no golden file")
            .contains(component
                .getName()
                .replaceAll("([A-Z])", "_$1")
                .toLowerCase(java.util.Locale.ROOT));
      }
    });
  }

  private static Path file(String name) {
    return GOLDEN.resolve(name + ".json");
  }

  private JsonNode golden(String name) throws IOException {
    return mapper.readTree(Files.readAllBytes(file(name)));
  }

  /** What a reader of the topic asks for: the sealed interface where there is one. */
  @SuppressWarnings("unchecked")
  static Class<? extends Message> topicType(Class<?> type) {
    for (Class<?> sealed :
        List.of(BoardCommand.class, Reply.class, Presence.class, FleetTable.class)) {
      if (sealed.isAssignableFrom(type)) {
        return (Class<? extends Message>) sealed;
      }
    }
    return (Class<? extends Message>) type;
  }
}
