package dev.talaria.testkit;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;

/** Topics and groups of a broker, changed at once: each call returns when its effect is visible to clients. */
public final class Topics implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final TestBroker broker;
  private @Nullable Admin admin;

  public Topics(TestBroker broker) {
    this.broker = broker;
  }

  /** One partition, the broker's defaults. Returns the name. */
  public String create(String name) {
    return create(name, 1, Map.of());
  }

  public String create(String name, int partitions, Map<String, String> configs) {
    get(admin()
        .createTopics(
            List.of(new NewTopic(name, Optional.of(partitions), Optional.empty()).configs(configs)))
        .all());
    until(() -> names().contains(name));
    return name;
  }

  public void delete(String... names) {
    get(admin().deleteTopics(List.of(names)).all());
    until(() -> names().stream().noneMatch(List.of(names)::contains));
  }

  public Collection<String> names() {
    return get(admin().listTopics().names());
  }

  /** A share group reads from the end unless told before its first member joins. */
  public void shareGroupFromEarliest(String group) {
    var resource = new ConfigResource(ConfigResource.Type.GROUP, group);
    get(admin()
        .incrementalAlterConfigs(Map.of(
            resource,
            List.of(new AlterConfigOp(
                new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET))))
        .all());
  }

  /** For what this class does not do. */
  public synchronized Admin admin() {
    if (admin == null) {
      admin = Admin.create(broker.clientConfig());
    }
    return admin;
  }

  private static <T> T get(KafkaFuture<T> future) {
    try {
      return future.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("The broker did not answer within %s.".formatted(LIMIT), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted while waiting for the broker.", e);
    }
  }

  private static void until(BooleanSupplier done) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!done.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("The change was not visible within %s.".formatted(LIMIT));
      }
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos()); // Kafka has no event for it
    }
  }

  @Override
  public synchronized void close() {
    if (admin != null) {
      admin.close(Duration.ofSeconds(5));
      admin = null;
    }
  }
}
