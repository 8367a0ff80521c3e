package dev.talaria.protocol.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Outputs of one section of the file are the same failure, whoever had it; those of different sections are not. */
class FingerprintSamplesTest {
  private static final Path SAMPLES = Path.of("src/test/resources/fingerprints.txt");

  /** One failure, as it looked to several workers. */
  record Sample(String name, List<String> outputs) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Sample> samples() throws IOException {
    List<Sample> samples = new ArrayList<>();
    for (String section : Files.readString(SAMPLES).split("(?m)^=== (?=[a-z])", -1)) {
      if (!section.isBlank()) {
        String[] parts = section.split("(?m)^---\\n", -1);
        samples.add(new Sample(parts[0].strip(), List.of(parts).subList(1, parts.length)));
      }
    }
    return samples.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("samples")
  void shouldBeTheSameForTheSameFailure(Sample sample) {
    assertThat(sample.outputs()).isNotEmpty();
    assertThat(sample.outputs().stream()
            .map(FingerprintSamplesTest::print)
            .distinct()
            .toList())
        .as(sample.name())
        .hasSize(1);
  }

  @Test
  void shouldDifferForDifferentFailures() throws IOException {
    Map<String, String> known = new HashMap<>();
    samples().forEach(sample -> {
      String before = known.put(print(sample.outputs().get(0)), sample.name());
      assertThat(before).as("has the fingerprint of '%s'", sample.name()).isNull();
    });
    assertThat(known).hasSizeGreaterThanOrEqualTo(40);
  }

  private static String print(String output) {
    return Fingerprint.of("crashed", output).orElseThrow();
  }
}
