package dev.talaria.protocol.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FingerprintTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Error: port 8080 in use             | error: port 9090 in use",
        "cannot open /home/ann/a.txt         | cannot open /srv/b/c.txt",
        "task t_ab12cd34 is gone             | task t_00c0ffee is gone",
        "request 0xdeadbeef01 failed         | request 0xcafebabe99 failed",
        "id 123e4567-e89b-12d3-a456-426614174000 | id 00000000-1111-2222-3333-444444444444",
        "2026-11-20T10:00:00Z no route       | 2026-11-21 23:59:59,123 no route",
        "No   route to host                  | no route\tto host"
      })
  void shouldBeTheSameForTheSameFailure(String one, String other) {
    assertThat(Fingerprint.of("crashed", one))
        .isPresent()
        .isEqualTo(Fingerprint.of("crashed", other));
  }

  @Test
  void shouldSayWhatWasTakenOut() {
    assertThat(Fingerprint.of("crashed", "2026-11-20 10:00:00 t_ab12cd34: /tmp/x: code 7"))
        .contains("crashed: <time> <task>: <path>: code <n>");
  }

  @Test
  void shouldDifferForDifferentFailures() {
    assertThat(Fingerprint.of("crashed", "no route"))
        .isNotEqualTo(Fingerprint.of("crashed", "no disk"));
    assertThat(Fingerprint.of("crashed", "no route"))
        .isNotEqualTo(Fingerprint.of("timed_out", "no route"));
  }

  @Test
  void shouldTakeTheLastLineThatSaysSomething() {
    assertThat(Fingerprint.of("crashed", "Traceback:\n  frame\nKeyError: 'x'\r\n\n  \n"))
        .contains("crashed: keyerror: 'x'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n\n\t\n"})
  void shouldHaveNoneWithoutOutput(String tail) {
    assertThat(Fingerprint.of("crashed", tail)).isEmpty();
    assertThat(Fingerprint.of("crashed", null)).isEmpty();
  }

  @Test
  void shouldPassOverWhatOnlySaysThatSomethingFailed() {
    assertThat(
            Fingerprint.of("crashed", "no route to host\nexit status 1\nmake: *** [all] Error 2\n"))
        .contains("crashed: no route to host");
    assertThat(Fingerprint.of("crashed", "exit status 1\n")).isEmpty();
  }

  @Test
  void shouldNotTakeTheLineAtWhichARunWasCutOffForItsFailure() {
    assertThat(Fingerprint.of("timed_out", "reading the next file")).isEmpty();
    assertThat(Fingerprint.of("timed_out", "fatal: could not read\nreading the next file"))
        .contains("timed_out: fatal: could not read");
  }

  @Test
  void shouldKnowSilentEndsByTheirSilence() {
    assertThat(Fingerprint.ofSilence("protocol_violation", "I have written the notes."))
        .isEqualTo(Fingerprint.ofSilence("protocol_violation", null))
        .isEqualTo("protocol_violation: exit 0 in silence");
    assertThat(Fingerprint.ofSilence("protocol_violation", "Error: no such tool 'complete'\nBye."))
        .isEqualTo("protocol_violation: error: no such tool 'complete'");
  }

  @Test
  void shouldKeepTheNumbersThatTellFailuresApart() {
    for (String line : List.of(
        "HTTP/1.1 %s",
        "status code: %s", "Error: %s", "command failed, exit code %s", "[Errno %s]")) {
      assertThat(Fingerprint.of("crashed", line.formatted(401)))
          .as(line)
          .isNotEqualTo(Fingerprint.of("crashed", line.formatted(503)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a.",
        "1:",
        "/a",
        "-",
        "(",
        "\"",
        "'/",
        "a1_",
        "1.1.",
        "0x",
        "f1-",
        ":",
        "::1",
        " at x",
        "t_a1",
        "http://",
        "\u001b[",
        "\u001b]",
        "\r",
        "host ",
        "1h",
        "a@b.",
        "[error] ",
        "error: ",
        "=",
        "a/b.c:",
        "Caused by: ",
        "Traceback (most recent call last)\n ",
        "{\"message\":",
        "2026-11-20t",
        "co."
      })
  void shouldBeQuickForHostileOutput(String piece) {
    String output = piece.repeat(200_000 / piece.length());
    String lines = (piece.repeat(1_900 / piece.length()) + "\n").repeat(100);

    assertThatNoException()
        .isThrownBy(() -> CompletableFuture.runAsync(() -> {
              Fingerprint.of("crashed", output);
              Fingerprint.of("crashed", output + "!");
              Fingerprint.ofSilence("protocol_violation", lines + "!");
            })
            .get(2, TimeUnit.SECONDS));
  }

  @Test
  void shouldBeShortAndQuickForAnyLine() {
    String line = "/a".repeat(500_000) + "x".repeat(500_000);

    assertThat(Fingerprint.of("crashed", line).orElseThrow().length()).isLessThan(250);
    assertThat(Fingerprint.normalise("ab1-".repeat(100_000)).length()).isLessThanOrEqualTo(200);
  }
}
