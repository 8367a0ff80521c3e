package dev.talaria.cli.doctor;

import java.util.List;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.common.config.ConfigResource;

/** Whether the share groups of the lanes' launchers have room for more members. */
final class ShareGroupCheck implements Check {
  private static final String MOST = "group.share.max.size";
  private static final int DEFAULT_MOST = 200;

  private final DoctorKafka kafka;

  ShareGroupCheck(DoctorKafka kafka) {
    this.kafka = kafka;
  }

  @Override
  public String name() {
    return "offers";
  }

  @Override
  public List<Finding> look() {
    String prefix = kafka.topics().prefix() + "launchers.";
    List<String> groups =
        kafka.get(kafka.admin().listGroups(ListGroupsOptions.forShareGroups()).all()).stream()
            .map(GroupListing::groupId)
            .filter(group -> group.startsWith(prefix))
            .sorted()
            .toList();
    if (groups.isEmpty()) {
      return List.of(Finding.note(prefix + "*", "no launcher of another process has ever joined"));
    }
    int most = most();
    return kafka.get(kafka.admin().describeShareGroups(groups).all()).values().stream()
        .map(group -> judge(group.groupId(), group.members().size(), most))
        .toList();
  }

  private int most() {
    String node =
        kafka.get(kafka.admin().describeCluster().nodes()).iterator().next().idString();
    var broker = new ConfigResource(ConfigResource.Type.BROKER, node);
    var config = kafka.get(kafka.admin().describeConfigs(List.of(broker)).all()).get(broker);
    ConfigEntry entry = config == null ? null : config.get(MOST);
    return entry == null || entry.value() == null ? DEFAULT_MOST : Integer.parseInt(entry.value());
  }

  /** Nine tenths full is time to act: the next host that starts may be the one that is refused. */
  static Finding judge(String group, int members, int most) {
    String text = "%d of at most %d launchers take offers".formatted(members, most);
    String remedy =
        "Raise %s on the brokers (and group.share.max.share.sessions with it).".formatted(MOST);
    if (members >= most) {
      return Finding.problem(group, text + ": a further one is refused", remedy);
    }
    return members * 10L >= most * 9L
        ? Finding.warning(group, text, remedy)
        : Finding.fine(group, text);
  }
}
