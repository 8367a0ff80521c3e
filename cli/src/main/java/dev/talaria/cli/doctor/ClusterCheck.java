package dev.talaria.cli.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.FeatureMetadata;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;

/** Whether the cluster answers, and has what Talaria needs of it. */
final class ClusterCheck implements Check {
  private static final String SHARE_VERSION = "share.version";
  private static final String LARGEST_RECORD = "message.max.bytes";
  private static final long NEEDED_BYTES = 1_000_000;

  private final DoctorKafka kafka;
  private final String bootstrap;

  ClusterCheck(DoctorKafka kafka, String bootstrap) {
    this.kafka = kafka;
    this.bootstrap = bootstrap;
  }

  @Override
  public String name() {
    return "kafka";
  }

  @Override
  public List<Finding> look() {
    List<Finding> findings = new ArrayList<>();
    var nodes = List.copyOf(kafka.get(kafka.admin().describeCluster().nodes()));
    findings.add(Finding.fine(bootstrap, "answers; %d broker(s)".formatted(nodes.size())));
    FeatureMetadata features = kafka.get(kafka.admin().describeFeatures().featureMetadata());
    features(features.finalizedFeatures(), findings);
    brokerSettings(nodes.get(0), findings);
    return findings;
  }

  private void features(Map<String, FinalizedVersionRange> finalized, List<Finding> findings) {
    FinalizedVersionRange share = finalized.get(SHARE_VERSION);
    if (share == null || share.maxVersionLevel() < 1) {
      findings.add(Finding.problem(
          bootstrap,
          "share groups are not switched on, so launchers of other hosts get no offers",
          "Run kafka-features --bootstrap-server %s upgrade --feature share.version=1 (brokers of 4.2 or later)."
              .formatted(bootstrap)));
    }
  }

  private void brokerSettings(Node node, List<Finding> findings) {
    var broker = new ConfigResource(ConfigResource.Type.BROKER, node.idString());
    Config config =
        kafka.get(kafka.admin().describeConfigs(List.of(broker)).all()).get(broker);
    var largest = config == null ? null : config.get(LARGEST_RECORD);
    if (largest != null
        && largest.value() != null
        && Long.parseLong(largest.value()) < NEEDED_BYTES) {
      findings.add(Finding.problem(
          "broker " + node.idString(),
          "takes records of %s bytes at most; Talaria sends up to 900,000 and their framing"
              .formatted(largest.value()),
          "Set message.max.bytes to 1048588 (the default) or more."));
    }
  }
}
