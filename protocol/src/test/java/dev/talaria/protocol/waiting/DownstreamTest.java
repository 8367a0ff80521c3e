package dev.talaria.protocol.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.protocol.waiting.Downstream.Waiting;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DownstreamTest {
  private final Map<String, List<Waiting>> children = new TreeMap<>();

  private DownstreamTest link(String parent, String... below) {
    children.put(
        parent,
        Arrays.stream(below)
            .map(it -> it.split(":"))
            .map(it -> new Waiting(it[0], it.length == 1 ? "todo" : it[1]))
            .toList());
    return this;
  }

  private Downstream below(String... starts) {
    return Downstream.of(List.of(starts), task -> children.getOrDefault(task, List.of()), 1_000);
  }

  private static List<String> ids(Downstream found) {
    return found.waiting().stream().map(Waiting::task).toList();
  }

  @Test
  void shouldCountEachTaskOnceAndTheShortestWay() {
    link("a", "b", "c").link("b", "d").link("c", "d").link("d", "e").link("a", "b", "c", "e");

    var found = below("a");

    assertThat(ids(found)).containsExactly("b", "c", "e", "d");
    assertThat(found.depth()).isEqualTo(2);
    assertThat(found.more()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"blocked", "scheduled", "triage"})
  void shouldWalkThroughWhatWaitsForSomethingElse(String status) {
    link("a", "b:" + status).link("b", "c");

    var found = below("a");

    assertThat(ids(found)).containsExactly("c");
    assertThat(found.depth()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ready", "running", "review", "done", "archived", "of a newer hermes"})
  void shouldEndAtWhatGoesOnByItself(String status) {
    link("a", "b:" + status).link("b", "c");

    assertThat(below("a").waiting()).isEmpty();
    assertThat(below("a").depth()).isZero();
  }

  @Test
  void shouldCountWhatWaitsForSeveralOnce() {
    link("a", "c").link("b", "c", "d").link("c", "e");

    assertThat(ids(below("a", "b"))).containsExactlyInAnyOrder("c", "d", "e");
  }

  @Test
  void shouldNotCountAStartThatIsBelowAnother() {
    link("a", "b:blocked").link("b", "c");

    assertThat(ids(below("a", "b"))).containsExactly("c");
    assertThat(below("a", "b").depth()).isEqualTo(1);
  }

  @Test
  void shouldSurviveACycle() {
    link("a", "b").link("b", "c").link("c", "a", "b");

    assertThat(ids(below("a"))).containsExactly("b", "c");
  }

  @Test
  void shouldSayThatItEndedAtItsBound() {
    IntStream.range(0, 20).forEach(i -> link("t" + i, "t" + (i + 1)));

    var found = Downstream.of(List.of("t0"), task -> children.getOrDefault(task, List.of()), 5);

    assertThat(found.waiting()).hasSize(5);
    assertThat(found.depth()).isEqualTo(5);
    assertThat(found.more()).isTrue();
    assertThat(Downstream.of(List.of("t15"), task -> children.getOrDefault(task, List.of()), 5)
            .more())
        .as("exactly as many as it may look at")
        .isFalse();
  }
}
