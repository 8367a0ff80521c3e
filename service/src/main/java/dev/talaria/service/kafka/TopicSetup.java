package dev.talaria.service.kafka;

import dev.talaria.protocol.topic.TopicSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes topics that are missing and says how the others differ from what is wanted. It never changes a topic that exists:
 * an operator may have had a reason, and a partition count cannot be taken back. May run on several hosts at once.
 */
public final class TopicSetup {
  private static final Logger log = LoggerFactory.getLogger(TopicSetup.class);

  private final Admin admin;
  private final short replication;
  private final Duration timeout;

  /**
   * @param admin stays the caller's
   * @param replication of topics that are made; -1 for the cluster's default
   * @param timeout for each question to the cluster, and for new topics to become visible
   */
  public TopicSetup(Admin admin, short replication, Duration timeout) {
    this.admin = admin;
    this.replication = replication;
    this.timeout = timeout;
  }

  /** Makes what is missing, waits until all is visible, and compares. */
  public TopicReport ensure(Collection<TopicSpec> wanted) {
    var created = create(missing(wanted, describe(wanted)));
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      var found = describe(wanted);
      var missing = missing(wanted, found);
      if (missing.isEmpty()) {
        return report(wanted, found, created);
      }
      if (System.nanoTime() > deadline) {
        throw new TopicSetupException(
            "Topics %s were made, but the cluster does not show them after %s."
                .formatted(missing.stream().map(TopicSpec::name).toList(), timeout));
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos()); // no event tells
    }
  }

  /** Compares and changes nothing. */
  public TopicReport check(Collection<TopicSpec> wanted) {
    return report(wanted, describe(wanted), List.of());
  }

  private static List<TopicSpec> missing(
      Collection<TopicSpec> wanted, Map<String, TopicDescription> found) {
    return wanted.stream().filter(spec -> !found.containsKey(spec.name())).toList();
  }

  private List<String> create(List<TopicSpec> specs) {
    if (specs.isEmpty()) {
      return List.of();
    }
    var created = new ArrayList<String>();
    var results = admin
        .createTopics(specs.stream()
            .map(spec -> new NewTopic(
                    spec.name(),
                    Optional.of(spec.partitions()),
                    replication < 0 ? Optional.empty() : Optional.of(replication))
                .configs(spec.configs()))
            .toList())
        .values();
    results.forEach((name, future) -> {
      try {
        get(future, "make topic '" + name + "'");
        created.add(name);
        log.info("Made topic {}", name);
      } catch (TopicSetupException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw e;
        } // another host was quicker
      }
    });
    created.sort(null);
    return created;
  }

  private Map<String, TopicDescription> describe(Collection<TopicSpec> wanted) {
    var found = new TreeMap<String, TopicDescription>();
    admin
        .describeTopics(wanted.stream().map(TopicSpec::name).toList())
        .topicNameValues()
        .forEach((name, future) -> {
          try {
            found.put(name, get(future, "look at topic '" + name + "'"));
          } catch (TopicSetupException e) {
            if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
              throw e;
            }
          }
        });
    return found;
  }

  private TopicReport report(
      Collection<TopicSpec> wanted, Map<String, TopicDescription> found, List<String> created) {
    var ids = new HashMap<String, org.apache.kafka.common.Uuid>();
    found.forEach((name, topic) -> ids.put(name, topic.topicId()));
    var differences = new ArrayList<String>();
    var configs = configs(found.keySet());
    for (var spec : wanted) {
      var topic = found.get(spec.name());
      if (topic == null) {
        continue;
      }
      if (topic.partitions().size() != spec.partitions()) {
        differences.add(
            "Topic '%s' has %d partitions; expected %d. The number is fixed when a topic is made: configure %d, or use another kafka.prefix for new topics."
                .formatted(
                    spec.name(),
                    topic.partitions().size(),
                    spec.partitions(),
                    topic.partitions().size()));
      }
      var config = configs.get(spec.name());
      if (config != null) {
        compare(spec, config, differences);
      }
    }
    return new TopicReport(
        ids, created, missing(wanted, found).stream().map(TopicSpec::name).toList(), differences);
  }

  private static void compare(TopicSpec spec, Config config, List<String> differences) {
    new TreeMap<>(spec.configs()).forEach((key, expected) -> {
      var entry = config.get(key);
      var actual = entry == null ? null : entry.value();
      if (!expected.equals(actual)) {
        differences.add(
            "Topic '%s' has %s=%s; expected %s. Change it with kafka-configs --alter --topic %s --add-config %s=%s."
                .formatted(spec.name(), key, actual, expected, spec.name(), key, expected));
      }
    });
  }

  private Map<String, Config> configs(Collection<String> names) {
    if (names.isEmpty()) {
      return Map.of();
    }
    var resources = names.stream()
        .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
        .toList();
    var configs = new HashMap<String, Config>();
    get(admin.describeConfigs(resources).all(), "read the settings of " + names)
        .forEach((resource, config) -> configs.put(resource.name(), config));
    return configs;
  }

  private <T> T get(KafkaFuture<T> future, String what) {
    try {
      return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      var cause = e.getCause() == null ? e : e.getCause();
      throw new TopicSetupException("Cannot %s: %s".formatted(what, cause.getMessage()), cause);
    } catch (TimeoutException e) {
      throw new TopicSetupException(
          "Cannot %s: the cluster did not answer within %s.".formatted(what, timeout), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TopicSetupException("Interrupted while waiting to %s.".formatted(what), e);
    }
  }
}
