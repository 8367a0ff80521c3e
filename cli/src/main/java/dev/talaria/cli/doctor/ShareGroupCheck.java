package dev.talaria.cli.doctor;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ShareGroupDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** Whether the launchers' share group has room for more members. */
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
    String group = kafka.topics().prefix() + "launchers";
    try {
      Map<String, ShareGroupDescription> found =
          kafka.get(kafka.admin().describeShareGroups(List.of(group)).all());
      ShareGroupDescription described = found.get(group);
      int members = described == null ? 0 : described.members().size();
      return List.of(judge(group, members, most()));
    } catch (GroupIdNotFoundException e) {
      return List.of(Finding.note(group, "no launcher of another process has ever joined"));
    }
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
