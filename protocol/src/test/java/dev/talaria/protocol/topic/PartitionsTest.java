package dev.talaria.protocol.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionsTest {
  /** Printed by {@code org.apache.kafka.common.utils.Utils} of kafka-clients 4.3.1. */
  @ParameterizedTest
  @CsvSource({
    "'',275646681,11,9",
    "a,-1563381124,5,4",
    "ab,316155434,10,2",
    "abc,479470107,12,3",
    "abcd,-1323649548,11,8",
    "abcde,461995741,12,1",
    "21,-973932308,0,0",
    "foobar,-790332482,7,6",
    "alpha/default,425494426,6,10",
    "beta/default,-2074302504,10,8",
    "alpha/launcher/main,-1289941001,0,3",
    "host-17.example.org/research,-1039600081,11,7",
    "alpha/default#t_ab12cd34,-1371435822,8,2",
    "\u00e9t\u00e9/\u00fc,-1523423143,3,1",
    "\uD83D\uDE00,131881617,10,9",
    "a-little-bit-long-string,-985981536,4,8",
    "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8,-58897971,9,5"
  })
  void shouldEqualKafkasOwnPartitioner(String key, int hash, int of13, int of12) {
    assertThat(Partitions.murmur2(key.getBytes(StandardCharsets.UTF_8))).isEqualTo(hash);
    assertThat(Partitions.of(key, 13)).isEqualTo(of13);
    assertThat(Partitions.of(key, 12)).isEqualTo(of12);
    assertThat(Partitions.of(key, 1)).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 12, 50})
  void shouldUseEveryPartition(int count) {
    int[] hits = new int[count];
    for (int i = 0; i < count * 200; i++) {
      hits[Partitions.of("host-" + i + "/default", count)]++;
    }

    assertThat(hits).as("boards for each partition").doesNotContain(0);
  }
}
