package dev.talaria.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.protocol.id.Lane;
import dev.talaria.protocol.policy.Ladder;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.protocol.topic.TopicSpec;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** docs/protocol.md shows every golden file as it is, and names every topic and every field. */
class ProtocolDocTest {
  private static final Path DOC = Path.of("../docs/protocol.md");
  private static final Pattern EXAMPLE =
      Pattern.compile("<!-- golden: (\\S+) -->\\n```json\\n(.*?\\n)```\\n", Pattern.DOTALL);
  private static final Pattern MARKER = Pattern.compile("<!-- golden:");

  private static String doc;

  @BeforeAll
  static void read() throws IOException {
    doc = Files.readString(DOC);
  }

  @Test
  void shouldShowEveryGoldenFileVerbatim() throws IOException {
    Map<String, String> examples = examples();

    assertThat(examples.keySet())
        .containsExactlyInAnyOrderElementsOf(
            Samples.all().keySet().stream().map(name -> name + ".json").toList());
    for (Map.Entry<String, String> example : examples.entrySet()) {
      assertThat(example.getValue())
          .as("%s in docs/protocol.md; paste the golden file", example.getKey())
          .isEqualTo(Files.readString(GoldenFilesTest.GOLDEN.resolve(example.getKey())));
    }
  }

  @Test
  void shouldHaveAnExampleAfterEveryMarker() {
    assertThat(MARKER.matcher(doc).results().count()).isEqualTo(examples().size());
  }

  @Test
  void shouldNameEveryTopicWithItsPartitionsAndCleanUp() {
    var topics = new TopicCatalogue("talaria.", 12);
    List<TopicSpec> all = new ArrayList<>(topics.fixed());
    all.add(topics.lane(Lane.of("coder")));

    for (TopicSpec spec : all) {
      String name = spec.name().substring("talaria.".length()).replace("coder", "<lane>");
      assertThat(row(name))
          .as("row of the topic %s", name)
          .contains(spec.partitions() == 1 ? "one" : "by ")
          .contains(cleanUp(spec));
    }
  }

  @Test
  void shouldExplainEveryField() {
    Set<Class<?>> types = new HashSet<>();
    Samples.all().values().forEach(value -> collect(value.getClass(), types));

    for (Class<?> type : types) {
      for (RecordComponent component : type.getRecordComponents()) {
        assertThat(doc)
            .as("%s.%s", type.getSimpleName(), component.getName())
            .contains("`" + WireTest.snake(component.getName()) + "`");
      }
    }
  }

  private static Map<String, String> examples() {
    Map<String, String> examples = new LinkedHashMap<>();
    Matcher example = EXAMPLE.matcher(doc);
    while (example.find()) {
      String before = examples.put(example.group(1), example.group(2));
      assertThat(before).as("%s is shown twice", example.group(1)).isNull();
    }
    return examples;
  }

  private static String row(String topic) {
    return doc.lines()
        .filter(line -> line.startsWith("| `" + topic + "` |"))
        .findFirst()
        .orElse("");
  }

  private static String cleanUp(TopicSpec spec) {
    if ("compact".equals(spec.configs().get("cleanup.policy"))) {
      return "compact";
    }
    long hours = Long.parseLong(spec.configs().get("retention.ms")) / 3_600_000;
    if (hours < 24) {
      return "delete, " + hours + " hour";
    }
    return "delete, " + hours / 24 + (hours == 24 ? " day" : " days");
  }

  /** The records that a message is made of; ids are text, and a ladder is its map. */
  private static void collect(Class<?> type, Set<Class<?>> into) {
    boolean isPart = type.isRecord()
        && type.getName().startsWith("dev.talaria.protocol.")
        && !type.getPackageName().endsWith(".id")
        && type != Ladder.class;
    if (isPart && into.add(type)) {
      for (RecordComponent component : type.getRecordComponents()) {
        collect(component.getType(), into);
      }
    }
  }
}
