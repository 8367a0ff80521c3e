package dev.talaria.cli.replay.topic;

import org.jspecify.annotations.Nullable;

/** The cluster was reached and has no such topic. */
public final class TopicMissingException extends RuntimeException {
  TopicMissingException(String topic, @Nullable Throwable cause) {
    super(
        ("There is no topic '%s' on this cluster. Look at kafka.prefix and kafka.bootstrap with 'talaria config kafka';"
                + " 'talaria topics check' says which topics there are.")
            .formatted(topic),
        cause);
  }
}
