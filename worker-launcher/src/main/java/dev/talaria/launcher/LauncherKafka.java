package dev.talaria.launcher;

import dev.talaria.protocol.id.Lane;
import java.util.Collection;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.clients.producer.Producer;

/** The Kafka clients that a launcher asks for. Whoever builds the process decides how they are set up. */
public interface LauncherKafka {
  /** The one producer for commands, presence and dead letters. The caller closes it. */
  Producer<byte[], byte[]> producer();

  /** A read-committed consumer with {@code auto.offset.reset=none} and no group. The caller closes it. */
  Consumer<byte[], byte[]> consumer();

  /** A member of the share group of a lane's launchers: explicit acknowledgement, strict record limit. The caller closes it. */
  ShareConsumer<byte[], byte[]> shareConsumer(Lane lane, int mostRecords);

  /** Makes the topics of lanes that this launcher serves, and sets their groups to start at the earliest offer. */
  void prepareLanes(Collection<Lane> lanes);
}
