package dev.talaria.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.cli.Terminal;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChecksTest {
  private final Checks checks = new Checks();

  @Test
  void whatCameAsExpectedIsOk() {
    checks.expect("the sky").that("its colour", "blue", "blue").end();

    assertThat(checks.passed()).isTrue();
    assertThat(checks.lines(Terminal.none())).isEqualTo(List.of("ok      the sky"));
  }

  @Test
  void firstDifferenceIsNamed() {
    checks
        .expect("the sky")
        .that("its colour", "blue", "grey")
        .holds("its words", "rain", "sun")
        .end();
    checks.expect("the sea").end();

    assertThat(checks.passed()).isFalse();
    assertThat(checks.lines(Terminal.none()))
        .isEqualTo(List.of(
            "FAILED  the sky", "        its colour: expected blue, found grey", "ok      the sea"));
  }

  @Test
  void missingTextDiffers() {
    checks.expect("the sky").holds("its words", "rain", null).end();

    assertThat(checks.passed()).isFalse();
  }
}
