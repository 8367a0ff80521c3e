package dev.talaria.service.kafka;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;

/**
 * How topics are and should be.
 *
 * @param topicIds of those that exist; another id under the same name is another topic, with offsets of its own
 * @param created just now
 * @param missing names of those that do not exist
 * @param differences one sentence each, with what to do
 */
public record TopicReport(
    Map<String, Uuid> topicIds,
    List<String> created,
    List<String> missing,
    List<String> differences) {
  public TopicReport {
    topicIds = Map.copyOf(topicIds);
    created = List.copyOf(created);
    missing = List.copyOf(missing);
    differences = List.copyOf(differences);
  }

  public boolean asWanted() {
    return missing.isEmpty() && differences.isEmpty();
  }
}
