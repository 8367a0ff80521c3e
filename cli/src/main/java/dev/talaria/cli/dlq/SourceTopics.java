package dev.talaria.cli.dlq;

import dev.talaria.dispatcher.inbox.ControlRecords;
import dev.talaria.protocol.message.LogChunk;
import dev.talaria.protocol.message.MalformedMessageException;
import dev.talaria.protocol.message.Message;
import dev.talaria.protocol.message.Offer;
import dev.talaria.protocol.message.Reply;
import dev.talaria.protocol.message.Transition;
import dev.talaria.protocol.message.Unrecognizable;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The topics that letters come from: to which of them a record may be put back, and whether one would be read there. */
final class SourceTopics {
  private final TopicCatalogue topics;
  private final Wire wire;
  private final ControlRecords control;
  private final Set<String> compacted;

  SourceTopics(TopicCatalogue topics, Wire wire) {
    this.topics = topics;
    this.wire = wire;
    this.control = new ControlRecords(topics, wire);
    this.compacted = Set.of(topics.presence(), topics.controls(), topics.relayCursors());
  }

  /** Why no record of this bad record's topic is ever put back, with what to do instead; empty when it may be. */
  Optional<String> obstacle(Letter letter) {
    String topic = letter.id().topic();
    if (!letter.wasSent()) {
      return Optional.of(
          topic.equals(topics.transitions())
              ? "It was never sent: it is larger than Kafka takes. The event is on its board, and 'talaria show' there has it; readers of '%s' know the task from its next event on. Drop it once you have looked."
                  .formatted(topic)
              : "It was never sent, and only its sender could send it again. Drop it once you have looked.");
    }
    if (topic.equals(topics.deadLetter())) {
      return Optional.of("It is a bad record of the topic of dead letters itself. Drop it.");
    }
    if (compacted.contains(topic)) {
      return Optional.of(
          "On '%s' the newest record of a key counts, and this one would pass for it. %s Drop it."
              .formatted(topic, renewal(topic)));
    }
    return isKnown(topic)
        ? Optional.empty()
        : Optional.of("'%s' is no topic whose records Talaria reads (kafka.prefix is '%s')."
            .formatted(topic, topics.prefix()));
  }

  private String renewal(String topic) {
    if (topic.equals(topics.presence())) {
      return "Its sender beats again by itself.";
    }
    return topic.equals(topics.controls())
        ? "Give the order again with 'talaria pause', 'drain' or 'resume'."
        : "The board's dispatcher writes it anew.";
  }

  private boolean isKnown(String topic) {
    return Set.of(
                topics.transitions(),
                topics.commands(),
                topics.decisions(),
                topics.replies(),
                topics.workerLogs())
            .contains(topic)
        || topic.startsWith(topics.prefix() + "ready.");
  }

  /** Why a record would become a dead letter again, as its reader on that topic judges; empty when it would be read. */
  Optional<String> problem(String topic, byte @Nullable [] key, byte @Nullable [] value) {
    try {
      Message message = read(topic, key, value);
      return message instanceof Unrecognizable unknown
          ? Optional.of("its kind '%s' is of a newer version".formatted(unknown.kind()))
          : Optional.empty();
    } catch (MalformedMessageException | IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private @Nullable Message read(String topic, byte @Nullable [] key, byte @Nullable [] value) {
    if (topic.equals(topics.commands()) || topic.equals(topics.decisions())) {
      var content = control.contentOf(topic, control.boardOf(topic, key), value);
      return content instanceof dev.talaria.dispatcher.inbox.BoardInput.Command it
          ? it.command()
          : null;
    }
    if (topic.equals(topics.transitions())) {
      Transition transition = wire.decode(value, Transition.class);
      transition.taskKey(); // throws for a task that cannot be named on the bus
      return transition;
    }
    if (topic.equals(topics.replies())) {
      return wire.decode(value, Reply.class);
    }
    return topic.equals(topics.workerLogs())
        ? wire.decode(value, LogChunk.class)
        : wire.decode(value, Offer.class);
  }
}
