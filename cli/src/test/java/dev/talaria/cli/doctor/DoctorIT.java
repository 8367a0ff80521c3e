package dev.talaria.cli.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.talaria.board.schema.BoardFacts;
import dev.talaria.cli.CliRig;
import dev.talaria.protocol.message.DeadLetter;
import dev.talaria.protocol.message.Wire;
import dev.talaria.testkit.TestBroker;
import dev.talaria.testkit.WithKafka;
import java.nio.file.Path;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@WithKafka
@Timeout(120)
class DoctorIT {
  @TempDir
  Path home;

  private CliRig rig(String bootstrap, String prefix) {
    return new CliRig(home)
        .with("TALARIA_KAFKA_BOOTSTRAP", bootstrap)
        .with("TALARIA_KAFKA_PREFIX", prefix);
  }

  @Test
  void shouldSayThatTheClusterDoesNotAnswerAndLookAtTheRest() {
    CliRig rig = rig("127.0.0.1:1", "x.");
    rig.run("create", "something");

    CliRig.Result result = rig.run("doctor");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.out())
        .contains("problem  kafka        127.0.0.1:1", "note     boards       default: sound")
        .contains("1 finding(s) ask for something.");
  }

  @Test
  void shouldFindWhatIsAmissOnTheClusterAndNothingOnceItIsRight(TestBroker broker)
      throws Exception {
    CliRig rig = rig(broker.bootstrapServers(), broker.prefix());
    rig.run("create", "something");
    assertThat(rig.run("doctor").out()).contains("is not there", "talaria topics init");

    assertThat(rig.run("topics", "init").exit()).isZero();
    CliRig.Result well = rig.run("doctor");
    assertThat(well.out()).contains("All is well.");
    assertThat(well.exit()).isZero();

    rig.onBoard(tx -> {
      BoardFacts.put(tx, BoardFacts.DISPATCH_ACCEPTED, "1");
      return true;
    });
    var letter =
        new DeadLetter("t", 0, 7, "not JSON", null, null, 1, CliRig.NOW.toEpochMilli() - 1_000);
    try (var producer = new KafkaProducer<>(
        broker.clientConfig(), new ByteArraySerializer(), new ByteArraySerializer())) {
      producer
          .send(new ProducerRecord<>(
              broker.prefix() + "dead-letter", 0, "k".getBytes(UTF_8), new Wire().encode(letter)))
          .get();
    }
    CliRig.Result sick = rig.run("doctor", "--json");

    assertThat(sick.exit()).isEqualTo(1);
    assertThat(sick.json())
        .anyMatch(it -> it.path("check").asText().equals("relay")
            && it.path("text").asText().contains("nothing of it is on Kafka yet")
            && !it.path("remedy").asText().isEmpty())
        .anyMatch(it -> it.path("check").asText().equals("dead-letter")
            && it.path("text").asText().contains("t-0@7: not JSON"));
  }
}
