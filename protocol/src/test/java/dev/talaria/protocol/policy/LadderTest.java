package dev.talaria.protocol.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.talaria.protocol.policy.Ladder.Rung;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LadderTest {
  @Test
  void shouldHaveNoNextRungWhenEmpty() {
    assertThat(Ladder.NONE.next(null, null)).isEmpty();
    assertThat(Ladder.NONE.next("a", "b")).isEmpty();
  }

  @Test
  void shouldNameTheRungThatItComesFrom() {
    var ladder = new Ladder(Map.of("", "a", "a", "b"));

    assertThat(ladder.next(null, null)).contains(new Rung("", "a"));
    assertThat(ladder.next(null, "a")).contains(new Rung("a", "b"));
    assertThat(ladder.next("a", "b")).contains(new Rung("a", "b"));
    assertThat(ladder.next("b", "a")).isEmpty();
  }

  @Test
  void shouldHaveNoRungForADefaultModelThatHasNoKey() {
    assertThat(new Ladder(Map.of("a", "b")).next(null, "c")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t"})
  void shouldRefuseABlankStep(String to) {
    assertThatThrownBy(() -> new Ladder(Map.of("a", to)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maps 'a' to nothing");
  }

  @Test
  void shouldRefuseAMissingStep() {
    Map<String, String> steps = new HashMap<>();
    steps.put("a", null);

    assertThatThrownBy(() -> new Ladder(steps)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldRefuseAStepToItself() {
    assertThatThrownBy(() -> new Ladder(Map.of("a", "a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maps 'a' to itself");
  }

  @Test
  void shouldRefuseACircle() {
    assertThatThrownBy(() -> new Ladder(Map.of("", "a", "a", "b", "b", "c", "c", "a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("circle");
  }

  @Test
  void shouldTakeTwoLaddersThatMeet() {
    assertThat(new Ladder(Map.of("a", "c", "b", "c")).steps()).hasSize(2);
  }

  @Test
  void shouldNotChangeWithTheMapThatItWasMadeFrom() {
    Map<String, String> steps = new HashMap<>(Map.of("a", "b"));
    var ladder = new Ladder(steps);
    steps.put("b", "a");

    assertThat(ladder.next("b", null)).isEmpty();
  }
}
